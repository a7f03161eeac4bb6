import { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DYNAMODB_ACTIONS } from '../../contract/shared-settings';
import { SharedCacheClient } from '../shared-cache';

/**
 * Lets a function use its namespace's items, with the runtime's actions and no others.
 *
 * @internal
 */
export function grantTable(client: SharedCacheClient, table: ITable): void {
  const namespace = client.namespace ?? client.ownNamespace;
  client.function.addToRolePolicy(new PolicyStatement({
    actions: [...DYNAMODB_ACTIONS],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${keyPrefix(namespace)}:*`] } },
  }));
  table.encryptionKey?.grantEncryptDecrypt(client.function);
}

/**
 * A namespace, escaped as in keys (lambda-runtime/api/environment-runtime.ts, escapePart) and for IAM's patterns. Tokens are left alone:
 * names of stacks, accounts and regions have no such characters.
 */
function keyPrefix(namespace: string): string {
  return namespace.replace(/\$\{Token\[[^\]]*\]\}|[%:@*?$]/g, (part) => {
    if (part.length > 1) {
      return part;
    }
    return '%:@'.includes(part) ? encodeURIComponent(part) : `\${${part}}`;
  });
}
