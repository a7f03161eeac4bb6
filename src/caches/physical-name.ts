import { createHash } from 'node:crypto';
import { NestedStack, Stack, Token } from 'aws-cdk-lib';
import { ISubnet } from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';

const MAX_LENGTH = 40;
const HASH_LENGTH = 12;

/**
 * A name for a resource that its service does not name itself: unique within the account, of letters, digits and hyphens.
 *
 * CloudFormation creates the new resource before it deletes the old one, so the name must change with every property that forces a
 * replacement.
 *
 * @param replacing the values of those properties
 * @param maxLength the longest name that the service accepts; default: ElastiCache's 40
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
  // The name must begin with a letter.
  return [...(readable.length > 0 ? readable : ['cache']), hash].join('-');
}

/**
 * An id that is stable for as long as the construct is not replaced.
 *
 * @internal
 */
export function identityOf(thing: IConstruct, id: string): string {
  // An element of a list that is known only when deploying is a token only as a list. Its text counts all tokens of the app.
  return Token.isUnresolved(id) || Token.isUnresolved([id]) ? thing.node.addr : id;
}

/**
 * @internal
 */
export function identitiesOf(subnets: readonly ISubnet[]): string[] {
  return subnets.map((subnet) => identityOf(subnet, subnet.subnetId)).sort();
}

/** Distinguishes two deployments of the same app. */
function stackName(scope: IConstruct): string {
  let stack = Stack.of(scope);
  while (NestedStack.isNestedStack(stack) && stack.nestedStackParent !== undefined) {
    stack = stack.nestedStackParent;
  }
  return Token.isUnresolved(stack.stackName) ? '' : stack.stackName;
}
