import { newEpoch } from './invalidation-index.js';
import { type ChangeLog, countedLog, HASH_LENGTH, LOGGED_CHANGES, splitHashes } from '../../shared/change-log.js';

/**
 * The change log on one server, as text: a line with its epoch and the number of removed changes, then the hashes. So Memcached can append
 * to it atomically.
 *
 * It is separate from the index, so that lookups need not read it, and it depends on nothing else. A change is logged before it is reported
 * as done. If the log is lost, a new one starts with a new epoch, which no reader knows.
 */
const TEXT = new RegExp(`^([\\w-]+):(\\d+)\n((?:[\\w-]{${HASH_LENGTH}})*)$`);

/** How many surplus changes may accumulate before the oldest are removed. */
const SLACK = 32;

export function newLog(): Buffer {
  return Buffer.from(`${newEpoch()}:0\n`);
}

/** Parses a log; undefined if the bytes are not one. */
export function decodeLog(bytes: Buffer | undefined): ChangeLog | undefined {
  const log = parse(bytes);
  return log && countedLog(log.epoch, log.cut + log.hashes.length, log.hashes);
}

/** The same log without its oldest changes; undefined if it is short enough. Bytes that are not a log are replaced by a new one. */
export function shortened(bytes: Buffer): Buffer | undefined {
  const log = parse(bytes);
  if (log === undefined) {
    return newLog();
  }
  const { epoch, cut, hashes } = log;
  const excess = hashes.length - LOGGED_CHANGES;
  return excess > SLACK ? Buffer.from(`${epoch}:${cut + excess}\n${hashes.slice(excess).join('')}`) : undefined;
}

function parse(bytes: Buffer | undefined): { readonly epoch: string; readonly cut: number; readonly hashes: string[] } | undefined {
  const [, epoch, cut, hashes] = TEXT.exec(bytes?.toString('latin1') ?? '') ?? [];
  return epoch === undefined ? undefined : { epoch, cut: Number(cut), hashes: splitHashes(hashes) };
}
