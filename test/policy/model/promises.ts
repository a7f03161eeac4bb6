import { type Call, check, type Content, type History, type Load, type ModelPolicy, OriginError, type Token } from './history.js';

/** What users are promised, checked only against the history, without a model of what a cache stores or for which load a call waits. */
export class Promises {
  public constructor(private readonly policy: ModelPolicy, private readonly history: History) {}

  public checkOutcome(call: Call, outcome: Content, now: number): void {
    if ('error' in outcome) {
      check(this.mayFail(call, outcome.error), `the error of a ${call.operation} is none that it may get: ${String(outcome.error)}`);
      return;
    }
    const { value } = outcome;
    check(value.key === call.key, `${call.operation} of ${call.key} got a value of ${value.key}`);
    check(this.mayHave(call, value, now),
      `${call.operation} at ${call.at} got a value that was read at ${this.history.readingsOf(value).map(({ at }) => at).join()}`);
  }

  private mayHave({ operation, key, step, at }: Call, value: Token, now: number): boolean {
    const { ttl, staleIfError, staleWhileRevalidate } = this.policy;
    return this.history.readingsOf(value).some((reading) => {
      if (reading.step >= step) {
        return true;
      }
      const age = at - reading.at;
      if (operation === 'refresh' || age < 0 || this.history.isInvalidated(key, reading, step)) {
        return false;
      }
      if (reading.endedIn >= step) {
        return age < ttl + staleWhileRevalidate; // it joined the load
      }
      return age < reading.ttl + staleWhileRevalidate
        || (now - reading.at < reading.ttl + staleIfError && this.hadTrouble(key, reading.step));
    });
  }

  /** Whether the origin failed, or was slow, since then. */
  private hadTrouble(key: Key, since: number): boolean {
    return this.history.loads.some((load) => load.key === key && load.step > since && (hasFailed(load) || this.policy.softTimeout !== undefined));
  }

  private mayFail({ operation, key, step, at }: Call, error: unknown): boolean {
    const { ttl, staleWhileRevalidate, negativeTtl = 0, hardTimeout } = this.policy;
    const load = this.history.loads.find((each) => each.key === key && isErrorOf(each, error));
    const isTimeout = (error as Error).name === 'LoadTimeoutError';
    if (load === undefined || (isTimeout ? hardTimeout === undefined : !(error instanceof OriginError))) {
      return false;
    }
    if (load.step >= step) {
      return true;
    }
    if (operation === 'refresh' || this.history.isInvalidated(key, load, step)) {
      return false;
    }
    const age = at - load.at;
    const isJoined = isTimeout || load.endedIn! >= step;
    return age >= 0 && (isJoined ? age < ttl + staleWhileRevalidate : age < negativeTtl && (error as OriginError).isCached);
  }
}

type Key = Call['key'];

function hasFailed({ content, context }: Load): boolean {
  return context.abortReason !== undefined || (content !== undefined && 'error' in content);
}

/** A cached error is a copy. */
function isErrorOf({ content, context }: Load, error: unknown): boolean {
  const own = content !== undefined && 'error' in content ? content.error : context.abortReason;
  return own !== undefined && (own === error || (own instanceof OriginError && error instanceof OriginError && own.number === error.number));
}
