import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { errorIn } from './errors';
import { warn } from './warnings';

/**
 * Checks that a function and its cache are in one account and one region, as far as that is known before deploying.
 *
 * @param host a cache whose service lets in its own account only
 * @throws if they are in two accounts
 * @internal
 */
export function checkSamePlace(fn: IConstruct, host: IConstruct): void {
  const [here, there] = [Stack.of(fn), Stack.of(host)];
  if (areDifferent(here.account, there.account)) {
    throw errorIn('CachedFunction', fn, `the function is in account ${here.account} and cannot use ${host.node.path}, which is in ${there.account}. `
      + 'Give each account a cache of its own.');
  }
  if (areDifferent(here.region, there.region)) {
    warn(fn, 'otherRegion', `${host.node.path} is in ${there.region}, and the function in ${here.region}: each call of the cache crosses regions, at the price of that and of some tens of milliseconds. Give each region a cache of its own.`,
      { cache: host.node.path, region: there.region });
  }
}

/**
 * @internal
 */
export function areDifferent(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}
