import {
  ConditionalCheckFailedException, DynamoDBClient, DynamoDBServiceException, IdempotentParameterMismatchException,
  ItemCollectionSizeLimitExceededException, ResourceNotFoundException, TransactionCanceledException, TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type DocumentClientOptions, newDocumentClient } from './document-client.js';

export type { DocumentClientOptions } from './document-client.js';
export { WriteOutcomeUnknownError } from '../values/errors.js';

const SDK = {
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBDocumentClient,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  ItemCollectionSizeLimitExceededException,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
};

/**
 * Creates the AWS SDK's document client, which goes through the function's DAX cluster, and directly to DynamoDB when DAX fails.
 *
 * Without a cluster, as in unit tests, requests go directly to DynamoDB, or to the URL in `AWS_ENDPOINT_URL_DYNAMODB`.
 *
 * ```ts
 * const table = documentClient();
 * const { Item } = await table.send(new GetCommand({ TableName: 'products', Key: { id } }));
 * ```
 *
 * Create one, outside the handler. A write that was sent to DAX and never answered fails with a
 * `WriteOutcomeUnknownError`, unless it can safely be repeated: docs/dax.md.
 */
export function documentClient(options?: DocumentClientOptions): DynamoDBDocumentClient {
  return newDocumentClient(SDK, options);
}
