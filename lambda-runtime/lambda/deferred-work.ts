import type { FreezeCounter } from './freeze-counter.js';
import { currentInvocation, currentEvent, Invocation, runInvocation } from './invocation.js';
import type { BackgroundWork } from '../engine/background-work.js';

// Not `import`: linking one of Node.js's own modules to an ES module takes a quarter of a millisecond (docs/decisions.md).
const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

/** The deferred work of one event, and the invocation in which it is counted. */
interface Group {
  readonly invocation: Invocation;
  /** How many pieces are queued or under way. */
  pieces: number;
}

/**
 * Runs work in its caller's context, wherever it starts: in the async context of the call that queued it (the user's own stores: user,
 * locale, active span), and within that in a separate invocation scope, with the caller's tenant.
 *
 * @param add adds the work; false if there is too much already
 * @param report called when all of an event's work is done
 * @param freezes the freeze counter; absent if the environment is never frozen
 */
export function deferWithContext(
  add: (work: BackgroundWork) => boolean, report: (invocation: Invocation) => void, freezes?: FreezeCounter,
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
    const event = currentEvent();
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
        // This ends work that has started, a moment later.
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
