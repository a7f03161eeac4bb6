import { CfnElement, Stack } from 'aws-cdk-lib';
import { CfnAlias, CfnEventSourceMapping, CfnFunction, CfnPermission, CfnVersion } from 'aws-cdk-lib/aws-lambda';
import { invalidUse } from '../validation/errors';

/**
 * Checks that a function whose responses are cached gets requests, to the extent that its stack shows that.
 *
 * @throws if it gets batches of records
 * @internal
 */
export function checkNoBatches(resource: CfnFunction): void {
  const stack = Stack.of(resource);
  const constructs = stack.node.findAll();
  const refersTo = (one: CfnElement) => (functionName: unknown) =>
    (JSON.stringify(stack.resolve(functionName)) ?? '').includes(`"${stack.getLogicalId(one)}"`);
  const isFunction = refersTo(resource);
  // An event source may name the function by an alias or a version.
  const qualified = constructs.filter((construct) =>
    (CfnAlias.isCfnAlias(construct) || CfnVersion.isCfnVersion(construct)) && isFunction(construct.functionName));
  const isOurs = (functionName: unknown) => isFunction(functionName) || qualified.some((one) => refersTo(one as CfnElement)(functionName));
  const source = constructs.find((construct) => (CfnEventSourceMapping.isCfnEventSourceMapping(construct) && isOurs(construct.functionName))
    || (CfnPermission.isCfnPermission(construct) && construct.principal === 's3.amazonaws.com' && isOurs(construct.functionName)));
  if (source !== undefined) {
    throw invalidUse(`\`responses\` caches HTTP responses, but ${source.node.path} sends the function batches of records. `
      + 'Use a separate function for each.');
  }
}
