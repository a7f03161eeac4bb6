import type { Caller } from './oracle';
import type { CacheName, Program } from './program';

/** The callers, keys and tags of one program: none of another program has the same. */
export class Names {
  public constructor(private readonly program: Pick<Program, 'hasTenants'>, private readonly number: number) {}

  public caller(number: number): Caller {
    const user = `${this.number}.${['ann', 'ben', 'cy'][number]}`;
    return { user, ...(this.program.hasTenants && { tenant: `${this.number}.${number === 2 ? 'blue' : 'red'}` }) };
  }

  /** Without tenants, a cache without arguments has one entry, and all programs would meet in it. */
  public cache(wanted: CacheName): CacheName {
    return wanted === 'mine' && !this.program.hasTenants ? 'price' : wanted;
  }

  public key(key: number): string {
    return `${this.number}.k${key}`;
  }

  public tag(number: number): string {
    return `${this.number}.t${number}`;
  }

  /** What the loader reads for a call. */
  public path(cache: CacheName, key: number, { user, tenant }: Caller): string {
    switch (cache) {
      case 'mine':
        return `mine/${tenant}`;
      case 'owned': case 'inline': case 'many': case 'sorted': case 'spliced':
        return `${cache}/${user}/${this.key(key)}`;
      default:
        return `${cache}/${this.key(key)}`;
    }
  }
}
