import type {
  ConditionalCheckFailedException, DynamoDBServiceException, IdempotentParameterMismatchException, ItemCollectionSizeLimitExceededException,
  ResourceNotFoundException, TransactionCanceledException, TransactionConflictException, TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';

/**
 * The AWS SDK's classes that we need, from the copy that the handler uses, so that `instanceof` works. They are resolved like the
 * handler's own imports: from its bundle, its node_modules, or Lambda's runtime.
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
