import { newEpoch } from './invalidation-index.js';
import { type ChangeLog, countedLog, HASH_LENGTH, LOGGED_CHANGES, splitHashes } from '../change-log.js';

/**
 * The log of changes on one server, as text: a line with its epoch and with how many changes have been cut off, then the hashes. So
 * Memcached appends to it in one step, whoever else does so.
 *
 * It is an item of its own, apart from the index: look-ups need not carry it, and it depends on nothing. A change is in it before the
 * change is reported as done; if it is lost, another begins, whose epoch nobody knows.
 */
const TEXT = new RegExp(`^([\\w-]+):(\\d+)\n((?:[\\w-]{${HASH_LENGTH}})*)$`);

/** So many more than are needed may be there before the oldest are cut off. */
const SLACK = 32;

export function newLog(): Buffer {
  return Buffer.from(`${newEpoch()}:0\n`);
}

/** What such bytes say; undefined if they are something else. */
export function decodeLog(bytes: Buffer | undefined): ChangeLog | undefined {
  const log = parse(bytes);
  return log && countedLog(log.epoch, log.cut + log.hashes.length, log.hashes);
}

/** The same log without its oldest changes; undefined if it is short enough. What is nothing such takes a new one in its place. */
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
