import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { missingOpenssl } from '../redis-servers/binaries';

/** Tells which program memcached servers need and this machine lacks, and how to get it; undefined if none. */
export function missingMemcached(): string | undefined {
  return memcachedBinary() === undefined ? 'There is no memcached: apt-get install memcached.' : missingOpenssl();
}

export function memcachedBinary(): string | undefined {
  return (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, 'memcached')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
