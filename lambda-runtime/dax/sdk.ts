import type {
  ConditionalCheckFailedException, DynamoDBServiceException, IdempotentParameterMismatchException, ItemCollectionSizeLimitExceededException,
  ResourceNotFoundException, TransactionCanceledException, TransactionConflictException, TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';

/**
 * What we need of the AWS SDK's classes: those of the copy that the handler uses, so that `instanceof` holds. They come
 * from where the handler's own imports lead: its bundle, its node_modules, or Lambda's runtime.
 */
export interface SdkErrors {
  readonly DynamoDBServiceException: typeof DynamoDBServiceException;
  readonly ConditionalCheckFailedException: typeof ConditionalCheckFailedException;
  readonly IdempotentParameterMismatchException: typeof IdempotentParameterMismatchException;
  readonly ItemCollectionSizeLimitExceededException: typeof ItemCollectionSizeLimitExceededException;
  readonly ResourceNotFoundException: typeof ResourceNotFoundException;
  readonly TransactionCanceledException: typeof TransactionCanceledException;
  readonly TransactionConflictException: typeof TransactionConflictException;
  readonly TransactionInProgressException: typeof TransactionInProgressException;
}
