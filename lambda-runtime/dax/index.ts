import DaxServiceError from '@amazon-dax-sdk/client-dax/src/DaxServiceError.js';
import type { DynamoDBDocumentClient, TranslateConfig } from '@aws-sdk/lib-dynamodb';
import { currentSignal, rememberSignals } from './abort.js';
import { answerOf } from './faults.js';
import { GuardedDax } from './guarded-dax.js';
import { OPERATIONS } from './operations.js';
import type { SdkErrors } from './sdk.js';
import type { DaxSurroundings } from './surroundings.js';
import { Translation } from './translation.js';

/** One for the environment, however many clients there are. */
let dax: GuardedDax | undefined;

/**
 * Leads a document client's requests through DAX: the one thing that `cdk-cached-function/dynamodb` asks of this part. The
 * client stays the AWS SDK's own in every other way; where DAX does not answer, it goes on as if nothing had been there.
 */
export function attachDax(client: DynamoDBDocumentClient, translateConfig: TranslateConfig, sdk: SdkErrors, surroundings: DaxSurroundings): void {
  dax ??= new GuardedDax(surroundings);
  const guarded = dax;
  const translation = new Translation(translateConfig);
  rememberSignals(client);
  client.middlewareStack.add((next, { commandName }) => async (args) => {
    const operation = OPERATIONS[String(commandName)];
    const signal = currentSignal();
    // The SDK rejects what was aborted.
    if (operation === undefined || signal?.aborted || !isOfDocuments(args)) {
      return next(args);
    }
    let input;
    try {
      input = translation.request(operation, args.input as never);
    } catch {
      // The SDK will say what is wrong with it.
      return next(args);
    }
    let reply;
    try {
      reply = await guarded.ask(operation, input, signal);
    } catch (error) {
      throw error instanceof DaxServiceError ? answerOf(error, sdk) : error;
    }
    if (reply === undefined) {
      if (!signal?.aborted) {
        surroundings.scope().count('daxFallbacks');
      }
      return next(args);
    }
    const output = { $metadata: {}, ...translation.answer(operation, reply.output) };
    return { output: output as never, response: undefined };
  }, { step: 'initialize', priority: 'high', name: 'cdkCachedFunctionDax' });
}

/** A client of documents takes the plain client's commands too, whose inputs look the same. */
function isOfDocuments(command: object): boolean {
  const { middlewareStack } = command as { readonly middlewareStack?: { clone(): { remove(name: string): boolean } } };
  // Whether it was there to be removed: a stack tells only what it can already put in order.
  return middlewareStack?.clone().remove('DocumentMarshall') ?? false;
}
