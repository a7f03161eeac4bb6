import { Network } from './network';
import type { Fault } from './topology';
import type { RedisServer } from '../equipment/redis-servers';

/** What a key looks like whatever its cache: see the handler. */
export const FILLED_KEYS = ['one', 'two'].flatMap((cache) => Array.from({ length: 8 }, (_, n) => `faults:${cache}::filled-${n}`));

/** More than an entry may have. */
export const OVERSIZED_BYTES = 2 * 1024 * 1024;

/** What can happen to the entries of a Redis-compatible server. `serverOf` returns the server that has a key. */
export function entryFaults(serverOf: (key: string) => Promise<RedisServer>) {
  const each = (change: (key: string) => readonly (string | number)[]): Fault => ({
    when: 'frozen',
    begin: async () => {
      for (const key of FILLED_KEYS) {
        await (await serverOf(key)).call(...change(key));
      }
    },
    // It lasts until every entry has been read, and replaced.
    end: async () => {},
  });
  return {
    'garbage in an entry': each((key) => ['SETRANGE', key, 40, 'garbage']),
    'oversized value': each((key) => ['SETRANGE', key, OVERSIZED_BYTES, 'x']),
  } satisfies { [name: string]: Fault };
}

/** What a single server can be made to show. */
export function serverFaults(server: RedisServer, network: Network) {
  return {
    'restarted': { when: 'frozen', begin: () => server.restart() },
    'READONLY': { when: 'frozen', begin: () => server.becomeReplica(), end: () => server.becomePrimary() },
    'OOM': { when: 'frozen', begin: () => server.runOutOfMemory(), end: () => server.getMemoryBack() },
    'max clients': {
      when: 'frozen',
      begin: async () => {
        await server.refuseClients();
        await network.set('closed', { only: 'existing' });
      },
      end: () => server.admitClients(),
    },
  } satisfies { [name: string]: Fault };
}

/** The password of the user `app`: the servers', and the function's. */
export interface Password {
  /** What the function finds when it connects. */
  setPassword(password: string): void;
  readonly servers: readonly RedisServer[];
}

export const PASSWORD = 'pass';

/** What can happen to a password. Connections with the old one end; otherwise the new one would never be used. */
export function passwordFaults({ setPassword, servers }: Password, network: Network) {
  const change = async (to: string) => {
    await Promise.all(servers.map((server) => server.setPassword('app', to)));
    await network.set('closed', { only: 'existing' });
  };
  return {
    'wrong password': { when: 'frozen', begin: () => change('another'), end: () => change(PASSWORD) },
    'password changed': {
      when: 'frozen',
      begin: () => {
        setPassword('new');
        return change('new');
      },
    },
  } satisfies { [name: string]: Fault };
}
