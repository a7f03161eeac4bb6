import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

const HOSTS_FILE = '/etc/hosts';

/** A look-up ends after both tries; nobody waits that long, but what comes meanwhile waits for the same one. */
const RESOLVER_OPTIONS = { timeout: 1_000, tries: 2 };

/** No answer from DNS: asking the operating system would ask the same servers, and occupy a thread meanwhile. */
const UNANSWERED = ['ETIMEOUT', 'ECANCELLED'];

type Addresses = readonly LookupAddress[];

/**
 * Finds the addresses of a host without Node.js's thread pool, which the function itself needs for its files and names: four threads,
 * and `dns.lookup` keeps one for as long as DNS is silent. One look-up of a name is under way at a time.
 *
 * Names that DNS denies may be known to the operating system by other means (search domains, multicast DNS): then it is asked after all.
 */
export class HostLookup {
  private readonly underWay = new Map<string, Promise<Addresses>>();

  /** @param servers of DNS. Default: the operating system's */
  public constructor(private readonly servers?: readonly string[], private readonly hostsFile = HOSTS_FILE) {}

  /** Takes the place of `dns.lookup`, also in the options of sockets. */
  public readonly lookup = (
    host: string, options: LookupOptions | ((error: Error | null, address: string, family: number) => void), done?: Parameters<LookupFunction>[2],
  ): void => {
    const { family = 0, all = false } = typeof options === 'object' ? options : {};
    const callback = (typeof options === 'function' ? options : done) as (error: Error | null, address?: string | LookupAddress[], family?: number) => void;
    this.addresses(host).then((found) => {
      const wanted = found.filter((each) => family === 0 || family === each.family || family === `IPv${each.family}`);
      const [first] = wanted;
      if (first === undefined) {
        callback(Object.assign(new Error(`${host} has no address of IPv${family}`), { code: 'ENOTFOUND', hostname: host }));
      } else if (all) {
        callback(null, wanted);
      } else {
        callback(null, first.address, first.family);
      }
    }, callback);
  };

  private addresses(host: string): Promise<Addresses> {
    let addresses = this.underWay.get(host);
    if (addresses === undefined) {
      addresses = this.find(host).finally(() => this.underWay.delete(host));
      this.underWay.set(host, addresses);
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

  /** Read synchronously: by `readFile`, it would take a thread of the pool. */
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

/** The process's own, which all its tiers share. */
export const { lookup } = new HostLookup();
