import { onPath } from '../executable';
import { missingOpenssl } from '../redis-servers/binaries';

/** Tells which program memcached servers need and this machine lacks, and how to get it; undefined if none. */
export function missingMemcached(): string | undefined {
  return memcachedBinary() === undefined ? 'There is no memcached: apt-get install memcached.' : missingOpenssl();
}

export function memcachedBinary(): string | undefined {
  return onPath('memcached');
}
