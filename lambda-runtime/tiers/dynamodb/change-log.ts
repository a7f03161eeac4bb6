import type { Expression, Item } from './table.js';
import { type ChangeLog, countedLog, LOGGED_CHANGES } from '../change-log.js';

/** Attributes of the log. */
const EPOCH = 'epoch';
const LATEST = 'latest';
const CHANGES = 'changes';

/** So many more than are needed may be there before the oldest are cut off. The item then still costs one write unit. */
const SLACK = 32;

/** What is to be put in the place of an item, if a condition holds. */
interface Replacement {
  readonly item: Item;
  readonly condition?: Expression;
}

/**
 * The log of changes: an item that holds their hashes, and counts them.
 *
 * It is an item of its own, apart from the index: look-ups need not pay for it, and it depends on nothing. A change is in it before the
 * change is reported as done; if it is lost, another begins, whose epoch nobody knows.
 */
export function newLog(): Replacement {
  return { item: { [EPOCH]: { S: process.getBuiltinModule('node:crypto').randomBytes(9).toString('base64url') }, [LATEST]: { N: '0' }, [CHANGES]: { L: [] } } };
}

/** The same where there is none. */
export function firstLog(): Replacement {
  return { ...newLog(), condition: { text: 'attribute_not_exists(#epoch)', names: { '#epoch': EPOCH } } };
}

/** Adds changes to a log. */
export function appending(hashes: readonly string[]): { readonly change: Expression; readonly condition: string } {
  return {
    change: {
      text: 'SET #latest = #latest + :count, #changes = list_append(#changes, :new)',
      names: { '#latest': LATEST, '#changes': CHANGES },
      values: { ':count': { N: String(hashes.length) }, ':new': { L: hashes.map((hash) => ({ S: hash })) } },
    },
    condition: 'attribute_exists(#changes)',
  };
}

/** The log without its oldest changes, unless it was changed again; undefined if it is short enough. */
export function shortened({ [EPOCH]: epoch, [LATEST]: latest, [CHANGES]: changes }: Item): Replacement | undefined {
  const list = changes?.L ?? [];
  return list.length <= LOGGED_CHANGES + SLACK ? undefined : {
    item: { [EPOCH]: epoch, [LATEST]: latest, [CHANGES]: { L: list.slice(-LOGGED_CHANGES) } },
    condition: {
      text: '#epoch = :epoch AND #latest = :latest', names: { '#epoch': EPOCH, '#latest': LATEST }, values: { ':epoch': epoch!, ':latest': latest! },
    },
  };
}

/** What an item says; undefined if it is no log. */
export function logOf(item: Item | undefined): ChangeLog | undefined {
  const [epoch, latest, changes] = [item?.[EPOCH]?.S, Number(item?.[LATEST]?.N), item?.[CHANGES]?.L];
  const hashes = changes?.flatMap(({ S }) => S ?? []);
  return epoch === undefined || hashes === undefined || !Number.isSafeInteger(latest) ? undefined : countedLog(epoch, latest, hashes);
}
