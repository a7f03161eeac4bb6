import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

const HOSTS_FILE = '/etc/hosts';

/** A lookup ends after both tries. No caller waits that long, but later callers share the lookup. */
const RESOLVER_OPTIONS = { timeout: 1_000, tries: 2 };

/** DNS did not answer: the operating system would ask the same servers, and occupy a thread meanwhile. */
const UNANSWERED = ['ETIMEOUT', 'ECANCELLED'];

type Addresses = readonly LookupAddress[];

/**
 * Resolves a host without Node.js's thread pool, which the function itself needs for files and host names: it has four threads,
 * and `dns.lookup` occupies one for as long as DNS is silent. A name has one lookup under way at a time.
 *
 * The operating system may know names that DNS denies (search domains, multicast DNS): for these, it is the fallback.
 */
export class HostLookup {
  private readonly inFlight = new Map<string, Promise<Addresses>>();

  /** @param servers the DNS servers; default: the operating system's */
  public constructor(private readonly servers?: readonly string[], private readonly hostsFile = HOSTS_FILE) {}

  /** A replacement for `dns.lookup`, also in socket options. */
  public readonly lookup = (
    host: string, options: LookupOptions | ((error: Error | null, address: string, family: number) => void), done?: Parameters<LookupFunction>[2],
  ): void => {
    const { family = 0, all = false } = typeof options === 'object' ? options : {};
    const callback = (typeof options === 'function' ? options : done) as (error: Error | null, address?: string | LookupAddress[], family?: number) => void;
    this.addresses(host).then((found) => {
      const wanted = found.filter((each) => family === 0 || family === each.family || family === `IPv${each.family}`);
      const [first] = wanted;
      if (first === undefined) {
        callback(Object.assign(new Error(`${host} has no IPv${family} address`), { code: 'ENOTFOUND', hostname: host }));
      } else if (all) {
        callback(null, wanted);
      } else {
        callback(null, first.address, first.family);
      }
    }, callback);
  };

  private addresses(host: string): Promise<Addresses> {
    let addresses = this.inFlight.get(host);
    if (addresses === undefined) {
      addresses = this.find(host).finally(() => this.inFlight.delete(host));
      this.inFlight.set(host, addresses);
    }
    return addresses;
  }

  private async find(host: string): Promise<Addresses> {
    const listed = this.fromHostsFile(host);
    if (listed.length > 0) {
      return listed;
    }
    try {
      return await this.fromDns(host);
    } catch (error) {
      if (UNANSWERED.includes((error as NodeJS.ErrnoException).code!)) {
        throw error;
      }
      return process.getBuiltinModule('node:dns').promises.lookup(host, { all: true });
    }
  }

  /** Read synchronously, since `readFile` would take a thread from the pool. */
  private fromHostsFile(host: string): Addresses {
    let text: string;
    try {
      text = process.getBuiltinModule('node:fs').readFileSync(this.hostsFile, 'utf8');
    } catch {
      return [];
    }
    const { isIP } = process.getBuiltinModule('node:net');
    const name = host.toLowerCase();
    return text.split('\n')
      .map((line) => line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/))
      .filter(([, ...names]) => names.includes(name))
      .map(([address]) => ({ address, family: isIP(address) }))
      .filter(({ family }) => family > 0)
      .sort((one, other) => one.family - other.family);
  }

  private async fromDns(host: string): Promise<Addresses> {
    const resolver = new (process.getBuiltinModule('node:dns').promises.Resolver)(RESOLVER_OPTIONS);
    if (this.servers !== undefined) {
      resolver.setServers(this.servers);
    }
    try {
      return (await resolver.resolve4(host)).map((address) => ({ address, family: 4 }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENODATA') {
        throw error;
      }
      return (await resolver.resolve6(host)).map((address) => ({ address, family: 6 }));
    }
  }
}

/** The process's lookup, which all its tiers share. */
export const { lookup } = new HostLookup();
