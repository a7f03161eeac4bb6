import {
  ConditionalCheckFailedException, DynamoDBClient, DynamoDBServiceException, IdempotentParameterMismatchException,
  ItemCollectionSizeLimitExceededException, ResourceNotFoundException, TransactionCanceledException, TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type DocumentClientOptions, newDocumentClient } from './dax/document-client.js';

export type { DocumentClientOptions } from './dax/document-client.js';
export { WriteOutcomeUnknownError } from './dax/write-outcome-unknown-error.js';

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
 * The AWS SDK's document client. Where the function has a DAX cluster, its requests go through that, and to DynamoDB itself
 * when DAX fails; anywhere else, in unit tests too, straight to DynamoDB, or to where `AWS_ENDPOINT_URL_DYNAMODB` says.
 *
 * ```ts
 * const table = documentClient();
 * const { Item } = await table.send(new GetCommand({ TableName: 'products', Key: { id } }));
 * ```
 *
 * Make one, outside the handler. A write that was sent to DAX and never answered is a
 * `WriteOutcomeUnknownError`, unless it can safely be made again: docs/dax.md.
 */
export function documentClient(options?: DocumentClientOptions): DynamoDBDocumentClient {
  return newDocumentClient(SDK, options);
}
