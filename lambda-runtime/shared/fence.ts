import { AppliedChanges } from './applied-changes.js';
import type { Arrival, Changeable, Changes, FenceDeps, LogPosition, MemoryFence } from '../engine/coherence.js';

/** A tier whose change log can be read. */
export interface ChangeFeed {
  /** The changes after a position in the log. Never rejects: undefined if the tier does not answer in time. */
  changesSince(position: LogPosition | undefined): Promise<Changes | undefined>;
  /** Waits for such an answer, within the current invocation's budget. */
  within(answer: Promise<void>): Promise<unknown>;
}

/** A read of the log that is under way. */
interface Read {
  readonly freezes: number | undefined;
  readonly answered: Promise<void>;
}

/** Nothing to wait for. */
const ANSWERED = Promise.resolve();

/**
 * Keeps this environment's memory coherent with the others', even if it is frozen while they change entries.
 *
 * An environment that changes an entry appends the change to the tier's log before it acknowledges it. An invocation uses memory only after a
 * read of that log (a fence) that was sent after the invocation began, or at most the bound before that (a lease). Entries that the log lists
 * as changed are dropped first. docs/coherence.md has the proof.
 */
export class Fence implements MemoryFence {
  public isCurrent = false;
  public arrivals = 0;
  /** How long a fence serves later invocations: without limit until a cache sets its bound. */
  private boundMs = Infinity;
  /** Reads are numbered in the order in which they are sent. */
  private sent = 0;
  /** The latest read whose answer is applied to memory. */
  private applied = 0;
  /** When that read was sent. */
  private leaseFrom = Infinity;
  /** The latest read that an invocation needs. */
  private needed = 0;
  private position?: LogPosition;
  private underWay?: Read;
  /** The read that follows the one under way. */
  private next?: Promise<void>;
  private readonly changes: AppliedChanges;
  private readonly byEvent = new WeakMap<object, Arrival>();

  public constructor(private readonly feed: ChangeFeed, private readonly deps: FenceDeps) {
    this.changes = new AppliedChanges(deps.invalidations);
    // Sent while memory is empty, so that the first invocation only has to read later changes.
    void this.read();
  }

  /** Sets a cache's bound, in milliseconds; 0: each invocation has its own fence. The smallest applies to all caches. */
  public require(boundMs: number): void {
    this.boundMs = Math.min(this.boundMs, boundMs);
  }

  /** Called when an invocation begins. Sends its fence, unless a lease makes that unnecessary. */
  public arrive(event: object): Arrival {
    const number = ++this.arrivals;
    const arrival = this.isLeased ? this.newArrival(number, this.applied, ANSWERED) : this.newArrival(number, this.sent + 1, this.readNext());
    this.isCurrent = this.applied >= this.needed;
    this.byEvent.set(event, arrival);
    return arrival;
  }

  public arrival(): Arrival {
    const event = this.deps.event();
    // A cache may be defined after the event has arrived.
    return event === undefined ? this.newArrival(this.arrivals, this.needed, ANSWERED) : this.byEvent.get(event) ?? this.arrive(event);
  }

  public hasChanged(what: Changeable): boolean {
    return this.changes.concern(what);
  }

  public isUncertain(sequence: number): boolean {
    return sequence < this.changes.knownFrom;
  }

  private get isLeased(): boolean {
    const now = this.deps.now();
    return now >= this.leaseFrom && now < this.leaseFrom + this.boundMs;
  }

  /** @param needs the read that fences it, or any later one */
  private newArrival(number: number, needs: number, answered: Promise<void>): Arrival {
    this.needed = Math.max(this.needed, needs);
    const isFenced = () => this.applied >= needs;
    let isPending = answered !== ANSWERED;
    let waiting: Promise<void> | undefined;
    void answered.then(() => {
      isPending = false;
    });
    return {
      number,
      get isFenced() {
        return isFenced();
      },
      get isPending() {
        return isPending && !isFenced();
      },
      wait: () => waiting ??= this.feed.within(answered).then(() => {
        isPending = false;
      }),
    };
  }

  /** A read that is sent after this call. Callers that arrive while one is under way share the next one. */
  private readNext(): Promise<void> {
    const { underWay: inFlight } = this;
    // A read that was frozen with the environment may never be answered.
    if (inFlight === undefined || inFlight.freezes !== this.deps.freezes?.()) {
      return this.read();
    }
    return this.next ??= inFlight.answered.then(() => {
      this.next = undefined;
      return this.needed > this.sent ? this.read() : undefined;
    });
  }

  private read(): Promise<void> {
    const number = ++this.sent;
    // Taken before the read is sent: the lease must not exceed the bound, however long the answer takes.
    const sentAt = this.deps.now();
    const read: Read = {
      freezes: this.deps.freezes?.(),
      answered: this.feed.changesSince(this.position).then((changes) => {
        if (this.underWay === read) {
          this.underWay = undefined;
        }
        // A later read has already returned more.
        if (changes !== undefined && number > this.applied) {
          this.apply(changes, number, sentAt);
        }
      }),
    };
    this.underWay = read;
    return read.answered;
  }

  private apply({ position, hashes }: Changes, number: number, sentAt: number): void {
    this.changes.apply(hashes);
    this.position = position;
    this.applied = number;
    this.leaseFrom = sentAt;
    this.isCurrent = number >= this.needed;
  }
}
