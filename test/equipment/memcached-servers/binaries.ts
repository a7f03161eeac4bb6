import { onPath } from '../executable';
import { missingOpenssl } from '../redis-servers/binaries';

/** The program that memcached servers need and this machine lacks, with the remedy; undefined if none is missing. */
export function missingMemcached(): string | undefined {
  return memcachedBinary() === undefined ? 'There is no memcached: apt-get install memcached.' : missingOpenssl();
}

export function memcachedBinary(): string | undefined {
  return onPath('memcached');
}
