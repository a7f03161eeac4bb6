import type { WarnOnce } from '../engine/warnings.js';
import { currentEvent } from '../lambda/invocation.js';
import { STACK_PLACE } from '../values/error-text.js';

/** The most names that are remembered if they are first defined while an event is handled. */
const MAX_NAMES = 1_000;

/** What a definition of a cache may use: its name identifies its entries in the shared tier, and its metrics. */
export type TierAccess =
  /** Memory and the shared tier. */
  | 'all'
  /** Memory, and the shared tier as soon as a later event calls the same function: until then it may belong to one event. */
  | 'all later'
  /** Its own entries, in memory: the shared tier has those of another function with that name. */
  | 'memory'
  /** Nothing: every call goes to the loader. */
  | 'none';

interface Definition {
  readonly place: string;
  /** Called once, when an event defines the name again. */
  onRepeated?: () => void;
  isRepeated: boolean;
}

type AnyFunction = (...args: never[]) => unknown;

/** The caches that were defined in an environment, by name. In Lambda, defining a name twice does not throw. */
export class Definitions {
  private readonly byName = new Map<string, Definition>();

  public constructor(private readonly warnOnce: WarnOnce) {}

  /** @param calledAs the function by which the user's code defines it */
  public add(name: string, calledAs: AnyFunction): TierAccess {
    const isInEvent = currentEvent() !== undefined;
    const first = this.byName.get(name);
    if (first === undefined) {
      if (isInEvent && this.byName.size >= MAX_NAMES) {
        this.warnOnce('tooManyCaches', `More than ${MAX_NAMES} caches are defined, '${name}' and later ones in the handler: those run uncached. ${MOVE_OUT}`);
        return 'none';
      }
      this.byName.set(name, { place: placeOf(calledAs), isRepeated: false });
      return isInEvent ? 'all later' : 'all';
    }
    if (!isInEvent) {
      this.warnOnce('definedTwice', `${twice(name, first.place, placeOf(calledAs))} The second has its own entries, in memory only; they share their metrics.`, name);
      return 'memory';
    }
    if (!first.isRepeated) {
      first.isRepeated = true;
      first.onRepeated?.();
      this.warnOnce('definedInHandler', `Cache '${name}' is defined in the handler again (at ${placeOf(calledAs)}, first at ${first.place}): this definition runs uncached. ${MOVE_OUT}`, name);
    }
    return 'none';
  }

  /** Handles an event's repeated definition of a name. */
  public onRepeated(name: string, then: () => void): void {
    this.byName.get(name)!.onRepeated = then;
  }
}

const MOVE_OUT = 'Define each cache once, outside the handler.';

/** Outside Lambda, defining a name twice throws, so that the mistake is found at once, unless the same definition is evaluated again. */
export class UniqueNames {
  private readonly places = new Map<string, string>();

  /**
   * @returns a function that records the definition
   * @throws TypeError naming both places
   */
  public check(name: string, calledAs: AnyFunction): () => void {
    const place = placeOf(calledAs);
    const first = this.places.get(name) ?? place;
    if (first !== place) {
      throw new TypeError(twice(name, first, place));
    }
    return () => this.places.set(name, place);
  }
}

function twice(name: string, first: string, second: string): string {
  return `Two caches are named '${name}', one at ${first}, one at ${second}: give each its own name.`;
}

/** The place where the user's code calls one of our functions: `file:line:column`. */
function placeOf(calledAs: AnyFunction): string {
  const { stackTraceLimit } = Error;
  const trace: { stack?: unknown } = {};
  // More frames cost more.
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(trace, calledAs);
  // Read here, since V8, or the user's own Error.prepareStackTrace, formats it when it is read.
  const stack = String(trace.stack);
  Error.stackTraceLimit = stackTraceLimit;
  const place = STACK_PLACE.exec(stack)?.[1];
  // Tools that evaluate a module again change its query string.
  return place?.replace(/\?.*(?=:\d+:\d+$)/, '') ?? 'an unknown place';
}
