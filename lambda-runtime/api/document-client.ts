import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient, TranslateConfig } from '@aws-sdk/lib-dynamodb';
import { installedRuntime } from './installed.js';
import type { attachDax } from '../dax/index.js';
import type { SdkErrors } from '../dax/sdk.js';

/** Options of `documentClient`. */
export interface DocumentClientOptions extends TranslateConfig {
  /** The DynamoDB client; default: a new one with the environment's configuration. */
  readonly client?: DynamoDBClient;
}

/** The AWS SDK's classes, from the copy that the handler uses. */
export interface Sdk extends SdkErrors {
  readonly DynamoDBClient: new (config: DynamoDBClientConfig) => DynamoDBClient;
  readonly DynamoDBDocumentClient: { from(client: DynamoDBClient, translateConfig?: TranslateConfig): DynamoDBDocumentClient };
}

/** Creates the client, and routes it through DAX if the layer has it. */
export function newDocumentClient(sdk: Sdk, options: DocumentClientOptions = {}): DynamoDBDocumentClient {
  const { client = new sdk.DynamoDBClient({}), ...translateConfig } = options;
  const document = sdk.DynamoDBDocumentClient.from(client, translateConfig);
  const dax = installedRuntime()?.dax;
  if (dax !== undefined) {
    try {
      // The layer's handler resolves it (lambda/resolve-import.ts), wherever the importing code is.
      const require = process.getBuiltinModule('node:module').createRequire('/');
      (require('cdk-cached-function/dax') as { attachDax: typeof attachDax }).attachDax(document, translateConfig, sdk, dax);
    } catch (error) {
      dax.warnOnce('daxUnusable', `DAX cannot be used; requests go to DynamoDB instead: ${String(error)}`);
    }
  }
  return document;
}
