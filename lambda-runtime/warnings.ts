import type { WarnOnce } from './engine/warn-once.js';

/** So many kinds of one warning are remembered for a cache; more are not logged. */
const MAX_KINDS = 10;

/** What an environment has logged already. */
export class Warnings {
  private readonly logged = new Map<string, Set<string>>();

  public constructor(private readonly log = (message: string): void => console.warn(`cdk-cached-function: ${message}`)) {}

  public readonly once: WarnOnce = (id, message, cache = '', kind = '') => {
    const place = `${id} ${cache}`;
    const kinds = this.logged.get(place) ?? new Set();
    if (!kinds.has(kind) && kinds.size < MAX_KINDS) {
      this.logged.set(place, kinds.add(kind));
      this.log(typeof message === 'string' ? message : message());
    }
  };
}
