import type { Expression, Item } from './table.js';
import { type ChangeLog, countedLog, LOGGED_CHANGES } from '../../shared/change-log.js';

/** The log's attributes. */
const EPOCH = 'epoch';
const LATEST = 'latest';
const CHANGES = 'changes';

/** How many surplus changes may accumulate before the oldest are removed. The item then still costs one write unit. */
const SLACK = 32;

/** The replacement of an item, written if a condition holds. */
interface Replacement {
  readonly item: Item;
  readonly condition?: Expression;
}

/**
 * The change log: an item with the changes' hashes and their count.
 *
 * It is separate from the index, so that lookups need not read it, and it depends on nothing else. A change is logged before it is reported
 * as done. If the log is lost, a new one starts with a new epoch, which no reader knows.
 */
export function newLog(): Replacement {
  return { item: { [EPOCH]: { S: process.getBuiltinModule('node:crypto').randomBytes(9).toString('base64url') }, [LATEST]: { N: '0' }, [CHANGES]: { L: [] } } };
}

/** The same if there is no log yet. */
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

/** The log without its oldest changes, on the condition that it did not change meanwhile; undefined if it is short enough. */
export function shortened({ [EPOCH]: epoch, [LATEST]: latest, [CHANGES]: changes }: Item): Replacement | undefined {
  const list = changes?.L ?? [];
  return list.length <= LOGGED_CHANGES + SLACK ? undefined : {
    item: { [EPOCH]: epoch, [LATEST]: latest, [CHANGES]: { L: list.slice(-LOGGED_CHANGES) } },
    condition: {
      text: '#epoch = :epoch AND #latest = :latest', names: { '#epoch': EPOCH, '#latest': LATEST }, values: { ':epoch': epoch!, ':latest': latest! },
    },
  };
}

/** The log in an item; undefined if the item is not a log. */
export function logOf(item: Item | undefined): ChangeLog | undefined {
  const [epoch, latest, changes] = [item?.[EPOCH]?.S, Number(item?.[LATEST]?.N), item?.[CHANGES]?.L];
  const hashes = changes?.flatMap(({ S }) => S ?? []);
  return epoch === undefined || hashes === undefined || !Number.isSafeInteger(latest) ? undefined : countedLog(epoch, latest, hashes);
}
