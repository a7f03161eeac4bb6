import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { IGrantable } from 'aws-cdk-lib/aws-iam';
import { DaxAccess, DaxOptions } from './dax-options';
import { DaxSettings } from '../contract/runtime-settings';
import { renderDaxTimeouts } from '../function/check-policy';
import { invalidProp } from '../validation/errors';

/** The operations of DynamoDB and DAX, which share their names. TransactGetItems and TransactWriteItems need those of their parts. */
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
 * Lets a client use tables, their indexes, and their encryption keys.
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
 * Checks the options, and puts the timeouts into the form that the runtime reads.
 *
 * @internal
 */
export function renderDaxOptions(options: DaxOptions): Omit<DaxSettings, 'endpoint'> {
  const { access } = options;
  if (access !== undefined && !Object.values(DaxAccess).includes(access)) {
    throw invalidProp('daxOptions.access', access, `must be one of ${Object.values(DaxAccess).join(', ')}`, 'Use DaxAccess.READ or DaxAccess.READ_WRITE.');
  }
  return renderDaxTimeouts(options);
}
