import { Stack } from 'aws-cdk-lib';
import { Alias, CfnFunction, Function as LambdaFunction, FunctionBase, IFunction, QualifiedFunctionBase, SingletonFunction, Version } from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { warn } from '../validation/warnings';

/**
 * Constructs that stand for a Lambda function, but cannot have caching themselves.
 */

/**
 * Whether a construct is one of them. The resource of a function that can have caching is none.
 *
 * @internal
 */
export function isStandIn(construct: IConstruct): boolean {
  return construct instanceof CfnFunction
    ? !(construct.node.scope instanceof LambdaFunction)
    : construct instanceof FunctionBase && !(construct instanceof LambdaFunction);
}

/**
 * Warns at synth about a construct to which the mixin was applied, unless it was applied to the function behind it as well.
 *
 * @param hasCaching whether the mixin was applied to a function
 * @internal
 */
export function warnOfStandIn(construct: IConstruct, hasCaching: (fn: IConstruct) => boolean): void {
  construct.node.addValidation({
    validate: () => {
      const { kind, behind, remedy } = describe(construct);
      if (behind === undefined || !hasCaching(behind)) {
        warn(construct, 'noCaching', `The mixin Caching has no effect on ${kind}. ${remedy}`, { kind });
      }
      return [];
    },
  });
}

interface StandIn {
  readonly kind: string;
  /** The function that it stands for, if it is known. */
  readonly behind?: IConstruct;
  readonly remedy: string;
}

const ELSEWHERE = 'Its code, layers and environment are defined where it is created: apply the mixin there.';

function describe(construct: IConstruct): StandIn {
  if (construct instanceof CfnFunction) {
    return { kind: 'a CfnFunction', remedy: 'Create the function with the class Function or NodejsFunction, and apply it to that.' };
  }
  if (construct instanceof SingletonFunction) {
    const behind = singletonsFunction(construct);
    return { kind: 'a SingletonFunction', behind, remedy: `Apply it to the function behind it${behind === undefined ? '' : `, ${behind.node.path}`}.` };
  }
  if (construct instanceof QualifiedFunctionBase) {
    const kind = construct instanceof Alias ? 'an alias' : construct instanceof Version ? 'a version' : 'an alias or version';
    const behind = functionOf(construct);
    return { kind, behind, remedy: behind instanceof LambdaFunction ? `Apply it to its function, ${behind.node.path}.` : `Its function is imported. ${ELSEWHERE}` };
  }
  return { kind: 'an imported function', remedy: ELSEWHERE };
}

function functionOf({ lambda }: QualifiedFunctionBase): IFunction {
  return lambda instanceof QualifiedFunctionBase ? functionOf(lambda) : lambda;
}

/** It is in the same stack, and its permissions are the singleton's. */
function singletonsFunction(singleton: SingletonFunction): IConstruct | undefined {
  return Stack.of(singleton).node.children.find(({ node }) => node === singleton.permissionsNode);
}
