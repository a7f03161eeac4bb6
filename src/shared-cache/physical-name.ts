import { createHash } from 'node:crypto';
import { NestedStack, Stack, Token } from 'aws-cdk-lib';
import { ISubnet } from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';

const MAX_LENGTH = 40;
const HASH_LENGTH = 12;

/**
 * A name for what its service does not name itself: unique within the account, letters, digits and hyphens.
 *
 * CloudFormation makes the new resource before it deletes the old one, so the name must be another whenever something changes that
 * forces a replacement.
 *
 * @param replacing all that would force one
 * @param maxLength the longest that the service takes; default: ElastiCache's 40
 * @internal
 */
export function physicalName(scope: IConstruct, replacing: readonly (string | undefined)[] = [], maxLength = MAX_LENGTH): string {
  const address = [stackName(scope), scope.node.addr, ...replacing.map((each) => each ?? '')];
  const hash = createHash('sha256').update(JSON.stringify(address)).digest('hex').slice(0, HASH_LENGTH);
  const parts = scope.node.path.split('/').map((part) => part.replace(/[^A-Za-z0-9]+/g, '-').replace(/^[^A-Za-z]+|-+$/g, '').toLowerCase());
  while (parts.join('-').length > maxLength - HASH_LENGTH - 1) {
    parts.shift();
  }
  const readable = parts.filter((part) => part !== '');
  // It must begin with a letter.
  return [...(readable.length > 0 ? readable : ['cache']), hash].join('-');
}

/**
 * What names a thing for as long as it stays the same thing.
 *
 * @internal
 */
export function identityOf(thing: IConstruct, id: string): string {
  return Token.isUnresolved(id) ? thing.node.addr : id;
}

/**
 * @internal
 */
export function identitiesOf(subnets: readonly ISubnet[]): string[] {
  return subnets.map((subnet) => identityOf(subnet, subnet.subnetId)).sort();
}

/** Two deployments of one app differ by it, if by nothing else. */
function stackName(scope: IConstruct): string {
  let stack = Stack.of(scope);
  while (NestedStack.isNestedStack(stack) && stack.nestedStackParent !== undefined) {
    stack = stack.nestedStackParent;
  }
  return Token.isUnresolved(stack.stackName) ? '' : stack.stackName;
}
