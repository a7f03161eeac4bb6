import { type ChangeLog, HASH_LENGTH, LOGGED_CHANGES } from '../change-log.js';

/**
 * What must happen on the server in one step, in Redis's Lua. Each touches one key, so that it also runs in a cluster.
 *
 * The index is a hash. These are its fields, beside one for each group that was invalidated, which holds its stamp.
 */

/** The latest stamp of an invalidation. */
export const LATEST = '@';

/** The stamp before which everything is invalid. */
export const FLOOR = '^';

/** The log of changes: records of a stamp and a hash, oldest first. What the first one changed, nobody can ask for. */
export const LOG = '*';

/** Microseconds since 1970, until the year 2286. */
const STAMP_LENGTH = 16;
const RECORD_LENGTH = STAMP_LENGTH + HASH_LENGTH;

/** One record more, whose stamp is where the log begins. */
export const MAX_LOG_LENGTH = (LOGGED_CHANGES + 1) * RECORD_LENGTH;

/** In the first record of a new log. */
const NO_CHANGE = 'A'.repeat(HASH_LENGTH);

/** KEYS: an entry. ARGV: the id that it must begin with, bytes, milliseconds. */
export const WRITE_IF_UNCHANGED = `
if redis.call('GETRANGE', KEYS[1], 0, 11) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end`;

/** The server's clock in microseconds, but never what it has been before: a clock may be set back, a failover may change it. */
const NEXT_STAMP = `
local clock = redis.call('TIME')
local log = redis.call('HGET', KEYS[1], '${LOG}') or ''
local last = math.max(redis.call('HGET', KEYS[1], '${LATEST}') or 0, tonumber(string.sub(log, -${RECORD_LENGTH}, -${HASH_LENGTH + 1})) or 0)
local stamp = string.format('%0${STAMP_LENGTH}.0f', math.max(clock[1] * 1000000 + clock[2], last + 1))`;

const BEGIN_INDEX = `
if redis.call('HLEN', KEYS[1]) == 0 then
  log = stamp .. '${NO_CHANGE}'
  redis.call('HSET', KEYS[1], '${LATEST}', stamp, '${FLOOR}', stamp, '${LOG}', log)
end`;

/** KEYS: the index. Returns the server's time: seconds, and microseconds. */
export const BEGIN = `${NEXT_STAMP}${BEGIN_INDEX}
return clock`;

/**
 * KEYS: the index. ARGV: how many groups are remembered, how long the log may be, the hashes of what was changed, the groups that are
 * invalidated, if any. Beyond that number everything is invalidated: more than was asked for, never less.
 */
export const INVALIDATE = `
${NEXT_STAMP}
if #ARGV > 3 and redis.call('HLEN', KEYS[1]) > tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1])
end
${BEGIN_INDEX}
if #ARGV > 3 then
  redis.call('HSET', KEYS[1], '${LATEST}', stamp)
end
for i = 4, #ARGV do
  redis.call('HSET', KEYS[1], ARGV[i], stamp)
end
for i = 1, #ARGV[3], ${HASH_LENGTH} do
  log = log .. stamp .. string.sub(ARGV[3], i, i + ${HASH_LENGTH - 1})
end
redis.call('HSET', KEYS[1], '${LOG}', string.sub(log, -ARGV[2]))`;

/** The opposite of what the scripts write; undefined if it is something else. */
export function logOf(text: string | undefined | null): ChangeLog | undefined {
  if (!new RegExp(`^(?:\\d{${STAMP_LENGTH}}[\\w-]{${HASH_LENGTH}})+$`).test(text ?? '')) {
    return undefined;
  }
  const records = text!.match(new RegExp(`.{${RECORD_LENGTH}}`, 'g'))!;
  return {
    stamps: records.map((record) => record.slice(0, STAMP_LENGTH)),
    hashes: records.slice(1).map((record) => record.slice(STAMP_LENGTH)),
  };
}
