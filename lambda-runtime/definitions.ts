import { STACK_PLACE } from './engine/error-text.js';
import type { WarnOnce } from './engine/warn-once.js';
import { eventUnderWay } from './lifecycle/invocation.js';

/** So many names are remembered of those that are first defined while an event is handled. */
const MAX_NAMES = 1_000;

/** What a definition of a cache may use: a name is what its entries in the shared tier, and its metrics, are found by. */
export type Use =
  /** All there is. */
  | 'everything'
  /** Memory, and the shared tier too as soon as a later event calls the same function: until then it may be one event's own. */
  | 'later everything'
  /** Entries of its own, in memory: the shared tier holds those of another function of that name. */
  | 'memory'
  /** Nothing: it calls its loader every time. */
  | 'nothing';

interface Definition {
  readonly place: string;
  /** Called once, when an event defines the name again. */
  onRepeated?: () => void;
  isRepeated: boolean;
}

type AnyFunction = (...args: never[]) => unknown;

/** The caches that were defined in an environment, by name. In Lambda nothing throws for a name that is there twice. */
export class Definitions {
  private readonly byName = new Map<string, Definition>();

  public constructor(private readonly warnOnce: WarnOnce) {}

  /** @param calledAs the function by which the user's code defines it */
  public add(name: string, calledAs: AnyFunction): Use {
    const isInEvent = eventUnderWay() !== undefined;
    const first = this.byName.get(name);
    if (first === undefined) {
      if (isInEvent && this.byName.size >= MAX_NAMES) {
        this.warnOnce('tooManyCaches', `More than ${MAX_NAMES} caches are defined, cache '${name}' and more in the handler: those run uncached. ${MOVE_OUT}`);
        return 'nothing';
      }
      this.byName.set(name, { place: placeOf(calledAs), isRepeated: false });
      return isInEvent ? 'later everything' : 'everything';
    }
    if (!isInEvent) {
      this.warnOnce('definedTwice', `${twice(name, first.place, placeOf(calledAs))} The second has entries of its own, in memory only, and the metrics are one.`, name);
      return 'memory';
    }
    if (!first.isRepeated) {
      first.isRepeated = true;
      first.onRepeated?.();
      this.warnOnce('definedInHandler', `Cache '${name}' is defined in the handler again (at ${placeOf(calledAs)}, first at ${first.place}): this definition runs uncached. ${MOVE_OUT}`, name);
    }
    return 'nothing';
  }

  /** What to do when an event defines the name again. */
  public onRepeated(name: string, then: () => void): void {
    this.byName.get(name)!.onRepeated = then;
  }
}

const MOVE_OUT = 'Define each cache once, outside the handler.';

/** Outside Lambda a name that is there twice is a mistake to be found at once, unless it is one definition that is evaluated again. */
export class UniqueNames {
  private readonly places = new Map<string, string>();

  /**
   * @returns remembers the definition
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
  return `Two caches are named '${name}', one at ${first}, one at ${second}: give each a name of its own.`;
}

/** Where the user's code calls a function of ours: `file:line:column`. */
function placeOf(calledAs: AnyFunction): string {
  const { stackTraceLimit } = Error;
  const trace: { stack?: unknown } = {};
  // More frames cost more.
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(trace, calledAs);
  // Read here: that is when V8 formats it, or the user's own Error.prepareStackTrace.
  const stack = String(trace.stack);
  Error.stackTraceLimit = stackTraceLimit;
  const place = STACK_PLACE.exec(stack)?.[1];
  // Tools that evaluate a module again give it another query.
  return place?.replace(/\?.*(?=:\d+:\d+$)/, '') ?? 'an unknown place';
}
