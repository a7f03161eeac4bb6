import type { Freezes } from './freezes.js';
import { currentInvocation, eventUnderWay, Invocation, runInvocation } from './invocation.js';
import type { BackgroundWork } from '../engine/background-work.js';

// Not `import`: linking one of Node.js's own modules to an ES module takes a quarter of a millisecond (docs/decisions.md).
const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

/** The work for one event, and the invocation that it is counted in. */
interface Group {
  readonly invocation: Invocation;
  /** How many pieces are queued or under way. */
  pieces: number;
}

/**
 * Makes work run as its caller would do it, whoever begins it: in the async context of the call that asked for it (the user's own
 * stores: user, locale, active span), and inside that in an invocation of its own, with the tenant of the caller's.
 *
 * @param add takes the work; false if there is too much already
 * @param report called when all work for an event is done
 * @param freezes where the environment is frozen when there is no work
 */
export function deferring(
  add: (work: BackgroundWork) => boolean, report: (invocation: Invocation) => void, freezes?: Freezes,
): (work: BackgroundWork) => boolean {
  const groups = new WeakMap<object, Group>();

  const groupOf = (event: object): Group => {
    let group = groups.get(event);
    if (group === undefined) {
      const { requestId, tenantId } = currentInvocation();
      group = { invocation: new Invocation(requestId, tenantId, event), pieces: 0 };
      groups.set(event, group);
    }
    group.pieces++;
    return group;
  };

  return (work) => {
    const inContext = AsyncLocalStorage.snapshot();
    const event = eventUnderWay();
    const group = event && groupOf(event);
    const release = freezes?.hold();
    let hasBegun = false;
    const as = <T>(run: () => T): T => inContext(() => group === undefined ? run() : runInvocation(group.invocation, run));
    const end = () => {
      release?.();
      if (group !== undefined && --group.pieces === 0) {
        groups.delete(event!);
        report(group.invocation);
      }
    };
    const isAccepted = add({
      run: () => {
        hasBegun = true;
        return as(() => work.run()).finally(end);
      },
      abort: (reason) => {
        as(() => work.abort(reason));
        release?.();
        // What has begun ends by this, a moment later.
        if (!hasBegun) {
          end();
        }
      },
    });
    if (!isAccepted) {
      end();
    }
    return isAccepted;
  };
}
