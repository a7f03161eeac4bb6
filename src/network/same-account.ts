import { Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidUse } from '../validation/errors';
import { warn } from '../validation/warnings';

/**
 * Checks that a function and its cache are in one account and one region, to the extent that this is known before deploying.
 *
 * @param host a cache whose service admits only its own account
 * @throws if they are in different accounts
 * @internal
 */
export function checkSameAccount(fn: IConstruct, host: IConstruct): void {
  const [here, there] = [Stack.of(fn), Stack.of(host)];
  if (areDifferent(here.account, there.account)) {
    throw invalidUse(`the function is in account ${here.account} and cannot use ${host.node.path}, which is in ${there.account}. `
      + 'Give each account its own cache.');
  }
  if (areDifferent(here.region, there.region)) {
    warn(fn, 'otherRegion', `${host.node.path} is in ${there.region}, but the function is in ${here.region}: each call to the cache crosses regions, which costs money and tens of milliseconds. Give each region its own cache.`,
      { cache: host.node.path, region: there.region });
  }
}

/**
 * @internal
 */
export function areDifferent(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}
