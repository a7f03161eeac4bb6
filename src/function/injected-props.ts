import { PropertyInjectors } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/**
 * Applies the nearest property injector of a class to its props, as aws-cdk-lib does for its own classes with a decorator that is not public.
 *
 * @internal
 */
export function injectedProps<Props>(uniqueId: string, scope: Construct, id: string, props: Props): Props {
  const injector = scope.node.scopes.reverse()
    .map((each) => PropertyInjectors.hasPropertyInjectors(each) ? PropertyInjectors.of(each).for(uniqueId) : undefined)
    .find((found) => found !== undefined);
  return injector === undefined ? props : injector.inject(props, { scope, id }) as Props;
}
