import { Duration } from 'aws-cdk-lib';
import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { IGrantable } from 'aws-cdk-lib/aws-iam';
import { renderDaxWaits } from '../check-policy';
import { invalidProp } from '../errors';
import { DaxSettings } from '../runtime-settings';

/**
 * What a function may do through a DAX cluster, and with its tables when DAX fails.
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
   * What it may do.
   *
   * @default DaxAccess.READ_WRITE
   */
  readonly access?: DaxAccess;

  /**
   * The longest wait for a connection to DAX. Then DynamoDB is asked.
   *
   * @default Duration.millis(500)
   */
  readonly connectTimeout?: Duration;

  /**
   * The longest wait for the answer to a read. Then DynamoDB is asked. Queries and scans that are not cached take DAX as long as they
   * take DynamoDB.
   *
   * @default Duration.millis(500)
   */
  readonly readTimeout?: Duration;

  /**
   * The longest wait for the answer to a write. Then it fails: nobody knows whether it was done, and it is not made again.
   *
   * @default Duration.seconds(2)
   */
  readonly writeTimeout?: Duration;

  /**
   * When faults of DAX have cost one invocation this much, it goes on without.
   *
   * @default Duration.seconds(1)
   */
  readonly budget?: Duration;
}

/** The operations that DynamoDB and DAX have, by the same names. TransactGetItems and TransactWriteItems need those of their parts. */
const READS = ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'Query', 'Scan'];
const WRITES = ['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem'];

/**
 * @param service 'dax' or 'dynamodb'
 * @internal
 */
export function actionsOf(service: string, access = DaxAccess.READ_WRITE): string[] {
  return [...READS, ...(access === DaxAccess.READ ? [] : WRITES)].map((action) => `${service}:${action}`);
}

/**
 * Lets somebody use tables, their indexes, and the keys that encrypt them.
 *
 * @internal
 */
export function grantTables(tables: readonly ITable[], grantee: IGrantable, actions: readonly string[], access = DaxAccess.READ_WRITE): void {
  for (const table of tables) {
    table.grant(grantee, ...actions);
    if (access === DaxAccess.READ) {
      table.encryptionKey?.grantDecrypt(grantee);
    } else {
      table.encryptionKey?.grantEncryptDecrypt(grantee);
    }
  }
}

/**
 * Checks the options, and puts how long DAX may keep the handler waiting into the form that the runtime reads.
 *
 * @internal
 */
export function renderDaxOptions(options: DaxOptions): Omit<DaxSettings, 'endpoint'> {
  const { access } = options;
  if (access !== undefined && !Object.values(DaxAccess).includes(access)) {
    throw invalidProp('daxOptions.access', access, `must be one of ${Object.values(DaxAccess).join(', ')}`, 'Use DaxAccess.READ or DaxAccess.READ_WRITE.');
  }
  return renderDaxWaits(options);
}
