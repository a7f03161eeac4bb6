import { setTimeout } from 'node:timers/promises';
import type { Fault } from './topology';
import { FaultyProxy, type ModeOptions } from '../equipment/faulty-proxy';
import type { Mode } from '../equipment/faulty-proxy/mode';

/** The deadline of a shared tier is 50 ms. */
const SLOW_MS = 100;

/** Long enough to see that a request is on its way, and short enough to be in time. */
const VISIBLE_MS = 30;

const LONGEST_WAIT_MS = 2_000;

/** All that is between a function and the nodes of its tier. */
export class Network {
  /** Whether something is to happen with the next request. */
  private isAwaited = false;

  /** @param slowMs more than the runtime's deadline, and less than what makes a call give up at once */
  public constructor(public readonly proxies: readonly FaultyProxy[], private readonly slowMs = SLOW_MS) {}

  public async set(mode: Mode, options?: ModeOptions): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.set(mode, options)));
  }

  public async stop(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
  }

  /** Does something when a request has gone out, unless it is not awaited any more by then. */
  private async whenAsked(act: () => Promise<void>): Promise<void> {
    const sent = () => this.proxies.reduce((sum, { traffic }) => sum + traffic.bytesSent, 0);
    const before = sent();
    this.isAwaited = true;
    for (let tries = 0; this.isAwaited && sent() === before && tries < LONGEST_WAIT_MS; tries++) {
      await setTimeout(1);
    }
    if (this.isAwaited) {
      await act();
    }
  }

  /** What can happen to a network, whatever is behind it. */
  public get faults() {
    const existing = (mode: Mode): Fault => ({ when: 'frozen', begin: () => this.set(mode, { only: 'existing' }) });
    const lasting = (mode: Mode, when: Fault['when'], options?: ModeOptions): Fault => ({
      when, begin: () => this.set(mode, options), end: () => this.set('pass'),
    });
    return {
      'absent at start': lasting('refuse', 'start'),
      'closed while frozen': existing('closed'),
      'reset': existing('reset'),
      'black-holed while frozen': existing('blackHole'),
      'slow': lasting('slow', 'frozen', { delayMs: this.slowMs }),
      'garbage on the wire': lasting('garbage', 'frozen'),
      'black-holed mid-call': {
        when: 'call',
        begin: async () => {
          await this.set('slow', { delayMs: VISIBLE_MS, only: 'existing' });
          void this.whenAsked(() => this.set('blackHole'));
        },
        end: () => {
          this.isAwaited = false;
          return this.set('pass');
        },
      },
    } satisfies { [name: string]: Fault };
  }
}
