// The handler of every scenario: an event names an export of the scenario's code, and the arguments it is called with.
import { cached } from 'cdk-cached-function/runtime';
import { settle } from './origin.mjs';
import * as scenario from './scenario.mjs';

/** Tells when the shared tier can be reached: nothing that happens before is of any scenario. */
const probe = cached('probe', () => 'probe');

export async function handler({ call: [path, ...args] }) {
  if (path === 'isTierReached') {
    return (await probe.invalidateAll()).scope === 'fleet';
  }
  if (path === 'settle') {
    await settle();
    // Lines of either kind come out in order.
    console.log(args[0]);
    process.stdout.write(`${args[0]}\n`);
    return;
  }
  const names = path.split('.');
  const method = names.pop();
  return names.reduce((object, name) => object[name], scenario)[method](...args);
}
