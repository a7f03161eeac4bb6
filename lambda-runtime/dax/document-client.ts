import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient, TranslateConfig } from '@aws-sdk/lib-dynamodb';
import type { attachDax } from './index.js';
import type { SdkErrors } from './sdk.js';
import { installedRuntime } from '../installed.js';

/** What `documentClient` may be told. */
export interface DocumentClientOptions extends TranslateConfig {
  /** The client of DynamoDB itself; default: a new one, as the environment configures it. */
  readonly client?: DynamoDBClient;
}

/** The classes of the AWS SDK: of the copy that the handler uses. */
export interface Sdk extends SdkErrors {
  readonly DynamoDBClient: new (config: DynamoDBClientConfig) => DynamoDBClient;
  readonly DynamoDBDocumentClient: { from(client: DynamoDBClient, translateConfig?: TranslateConfig): DynamoDBDocumentClient };
}

/** Makes the client, and leads it through DAX where the layer has it. */
export function newDocumentClient(sdk: Sdk, options: DocumentClientOptions = {}): DynamoDBDocumentClient {
  const { client = new sdk.DynamoDBClient({}), ...translateConfig } = options;
  const document = sdk.DynamoDBDocumentClient.from(client, translateConfig);
  const dax = installedRuntime()?.dax;
  if (dax !== undefined) {
    try {
      // The layer's handler resolves it (lifecycle/resolve-import.ts), wherever the code that asks for it lies.
      const require = process.getBuiltinModule('node:module').createRequire('/');
      (require('cdk-cached-function/dax') as { attachDax: typeof attachDax }).attachDax(document, translateConfig, sdk, dax);
    } catch (error) {
      dax.warnOnce('daxUnusable', `DAX cannot be used, and DynamoDB is asked instead: ${String(error)}`);
    }
  }
  return document;
}
