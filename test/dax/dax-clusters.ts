import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { DaxCluster, type DaxClusterProps } from '../../src';
import { newStack, newVpc, statements } from '../caches/stacks';

export function clusterWith(props: Partial<DaxClusterProps> = {}) {
  const stack = newStack();
  const vpc = newVpc(stack);
  const table = new Table(stack, 'Products', { partitionKey: { name: 'id', type: AttributeType.STRING } });
  const dax = new DaxCluster(stack, 'Dax', { vpc, tables: [table], ...props });
  return { stack, vpc, table, dax };
}

/** The actions of all statements about DynamoDB or DAX, with what they are about. */
export const permissions = (stack: ReturnType<typeof newStack>) => statements(stack)
  .filter(({ Action }) => /^(dax|dynamodb|kms):/.test([Action].flat()[0] as string))
  .map(({ Action, Resource }) => ({ actions: [Action].flat(), resources: [Resource].flat() }));

export const READ = ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'Query', 'Scan'];
export const READ_WRITE = [...READ, 'BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem'];
export const of = (service: string, actions: string[]) => actions.map((action) => `${service}:${action}`);
