/**
 * Replaces `import … from 'cdk-cached-function/dynamodb'` in Lambda for code that we did not bundle. In code that we bundle, it is
 * dynamodb.ts itself, with the bundle's AWS SDK (src/function/runtime-code.ts).
 */
import { type DocumentClientOptions, newDocumentClient, type Sdk } from './document-client.js';
import type * as api from './dynamodb.js';

export { WriteOutcomeUnknownError } from '../values/errors.js';

// Resolved from the user's code: its own SDK if it has one, else that of Lambda's runtime.
const require = process.getBuiltinModule('node:module').createRequire(`${process.env.LAMBDA_TASK_ROOT ?? process.cwd()}/`);

export const documentClient: typeof api.documentClient = (options?: DocumentClientOptions) =>
  newDocumentClient({ ...require('@aws-sdk/client-dynamodb'), ...require('@aws-sdk/lib-dynamodb') } as Sdk, options);
