// The handler of every scenario: an event names an export of the scenario's code, and the arguments it is called with.
import { cached } from 'cdk-cached-function/runtime';
import * as scenario from './scenario.mjs';

/** Tells when the shared tier can be reached: nothing that happens before is of any scenario. */
const probe = cached('probe', () => 'probe');

export async function handler({ call: [path, ...args] }) {
  if (path === 'isTierReached') {
    return (await probe.invalidateAll()).scope === 'fleet';
  }
  const names = path.split('.');
  const method = names.pop();
  return names.reduce((object, name) => object[name], scenario)[method](...args);
}
