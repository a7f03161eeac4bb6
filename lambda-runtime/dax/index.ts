import DaxServiceError from '@amazon-dax-sdk/client-dax/src/DaxServiceError.js';
import type { DynamoDBDocumentClient, TranslateConfig } from '@aws-sdk/lib-dynamodb';
import { currentSignal, rememberSignals } from './abort.js';
import type { DaxDeps } from './dax-deps.js';
import { toSdkError } from './faults.js';
import { GuardedDax } from './guarded-dax.js';
import { OPERATIONS } from './operations.js';
import type { SdkErrors } from './sdk.js';
import { Translation } from './translation.js';

/** One per environment, for all its clients. */
let dax: GuardedDax | undefined;

/**
 * Routes a document client's requests through DAX: the only function that `cdk-cached-function/dynamodb` calls in this bundle. The
 * client stays the AWS SDK's own in every other way; if DAX does not answer, it continues as if DAX were not there.
 */
export function attachDax(client: DynamoDBDocumentClient, translateConfig: TranslateConfig, sdk: SdkErrors, deps: DaxDeps): void {
  dax ??= new GuardedDax(deps);
  const guarded = dax;
  const translation = new Translation(translateConfig);
  rememberSignals(client);
  client.middlewareStack.add((next, { commandName }) => async (args) => {
    const operation = OPERATIONS[String(commandName)];
    const signal = currentSignal();
    // The SDK rejects aborted requests.
    if (operation === undefined || signal?.aborted || !isOfDocuments(args)) {
      return next(args);
    }
    let input;
    try {
      input = translation.request(operation, args.input as never);
    } catch {
      // The SDK throws the error about it.
      return next(args);
    }
    let reply;
    try {
      reply = await guarded.request(operation, input, signal);
    } catch (error) {
      throw error instanceof DaxServiceError ? toSdkError(error, sdk) : error;
    }
    if (reply === undefined) {
      if (!signal?.aborted) {
        deps.scope().count('daxFallbacks');
      }
      return next(args);
    }
    const output = { $metadata: {}, ...translation.answer(operation, reply.output) };
    return { output: output as never, response: undefined };
  }, { step: 'initialize', priority: 'high', name: 'cdkCachedFunctionDax' });
}

/** A document client also accepts the plain client's commands, whose inputs look the same. */
function isOfDocuments(command: object): boolean {
  const { middlewareStack } = command as { readonly middlewareStack?: { clone(): { remove(name: string): boolean } } };
  // Removing it shows whether it exists: listing a stack works only if it can already be sorted.
  return middlewareStack?.clone().remove('DocumentMarshall') ?? false;
}
