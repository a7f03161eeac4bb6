import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SharedCacheGuest } from './shared-cache';
import { DYNAMODB_ACTIONS } from '../runtime-settings';

/**
 * Lets a function use the items of its namespace, by the runtime's actions and no others.
 *
 * @internal
 */
export function grantTable(guest: SharedCacheGuest, table: ITable): void {
  const namespace = guest.namespace ?? guest.ownNamespace;
  guest.function.addToRolePolicy(new PolicyStatement({
    actions: [...DYNAMODB_ACTIONS],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${keyPrefix(namespace)}:*`] } },
  }));
  table.encryptionKey?.grantEncryptDecrypt(guest.function);
}

/**
 * A namespace as it is in keys (lambda-runtime/runtime.ts, escapePart), and as IAM's patterns write what they would else take for
 * something of their own. What only CloudFormation knows is left alone: names of stacks, accounts and regions have no such characters.
 */
function keyPrefix(namespace: string): string {
  return namespace.replace(/\$\{Token\[[^\]]*\]\}|[%:@*?$]/g, (part) => {
    if (part.length > 1) {
      return part;
    }
    return '%:@'.includes(part) ? encodeURIComponent(part) : `\${${part}}`;
  });
}
