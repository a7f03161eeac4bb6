/**
 * What `import … from 'cdk-cached-function/dynamodb'` becomes in Lambda for code that was not bundled by us. Where we
 * bundle, it is dynamodb.ts itself, with the AWS SDK of the bundle (src/runtime-code.ts).
 */
import { type DocumentClientOptions, newDocumentClient, type Sdk } from './dax/document-client.js';
import type * as api from './dynamodb.js';

export { WriteOutcomeUnknownError } from './dax/write-outcome-unknown-error.js';

// From where the user's code is: its own SDK, if it has one, else that of Lambda's runtime.
const require = process.getBuiltinModule('node:module').createRequire(`${process.env.LAMBDA_TASK_ROOT ?? process.cwd()}/`);

export const documentClient: typeof api.documentClient = (options?: DocumentClientOptions) =>
  newDocumentClient({ ...require('@aws-sdk/client-dynamodb'), ...require('@aws-sdk/lib-dynamodb') } as Sdk, options);
