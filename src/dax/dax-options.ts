import { Duration } from 'aws-cdk-lib';

/**
 * A function's access to the tables behind a DAX cluster, through DAX and directly when DAX fails.
 */
export enum DaxAccess {
  /** Read and write. */
  READ_WRITE = 'readWrite',
  /** Read only. */
  READ = 'read',
}
/**
 * How a function uses a DAX cluster.
 */
export interface DaxOptions {
  /**
   * The function's access to the tables.
   *
   * @default DaxAccess.READ_WRITE
   */
  readonly access?: DaxAccess;

  /**
   * The longest wait for a connection to DAX. After that, the request goes to DynamoDB.
   *
   * @default Duration.millis(500)
   */
  readonly connectTimeout?: Duration;

  /**
   * The longest wait for the response to a read. After that, the request goes to DynamoDB. Queries and scans that are not cached take
   * as long as in DynamoDB.
   *
   * @default Duration.millis(500)
   */
  readonly readTimeout?: Duration;

  /**
   * The longest wait for the response to a write. After that, the write fails with WriteOutcomeUnknownError and is not retried: DAX may
   * still perform it.
   *
   * @default Duration.seconds(2)
   */
  readonly writeTimeout?: Duration;

  /**
   * The longest that one invocation may lose to DAX's faults. After that, its requests go to DynamoDB.
   *
   * @default Duration.seconds(1)
   */
  readonly budget?: Duration;
}
