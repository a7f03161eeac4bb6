import { type ChangeLog, HASH_LENGTH, LOGGED_CHANGES } from '../../shared/change-log.js';

/**
 * The operations that must be atomic on the server, in Redis's Lua. Each uses one key, so that it also runs in a cluster.
 *
 * The index is a hash with these fields, and one for each invalidated index tag, which holds its version.
 */

/** The latest version of an invalidation. */
export const LATEST = '@';

/** The version before which everything is invalid. */
export const LOW_WATER_MARK = '^';

/** The change log: records of a version and a hash, oldest first. The first record only marks where the log begins. */
export const LOG = '*';

/** Microseconds since 1970, until the year 2286. */
const VERSION_LENGTH = 16;
const RECORD_LENGTH = VERSION_LENGTH + HASH_LENGTH;

/** One more record, whose version marks where the log begins. */
export const MAX_LOG_LENGTH = (LOGGED_CHANGES + 1) * RECORD_LENGTH;

/** The hash in the first record of a new log. */
const NO_CHANGE = 'A'.repeat(HASH_LENGTH);

/** KEYS: an entry. ARGV: the id that it must begin with, bytes, milliseconds. */
export const WRITE_IF_UNCHANGED = `
if redis.call('GETRANGE', KEYS[1], 0, 11) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end`;

/** The server's clock in microseconds, made strictly increasing: a clock may be set back, and a failover may change it. */
const NEXT_VERSION = `
local clock = redis.call('TIME')
local log = redis.call('HGET', KEYS[1], '${LOG}') or ''
local last = math.max(redis.call('HGET', KEYS[1], '${LATEST}') or 0, tonumber(string.sub(log, -${RECORD_LENGTH}, -${HASH_LENGTH + 1})) or 0)
local version = string.format('%0${VERSION_LENGTH}.0f', math.max(clock[1] * 1000000 + clock[2], last + 1))`;

const BEGIN_INDEX = `
if redis.call('HLEN', KEYS[1]) == 0 then
  log = version .. '${NO_CHANGE}'
  redis.call('HSET', KEYS[1], '${LATEST}', version, '${LOW_WATER_MARK}', version, '${LOG}', log)
end`;

/** KEYS: the index. Returns the server's time: seconds, and microseconds. */
export const BEGIN = `${NEXT_VERSION}${BEGIN_INDEX}
return clock`;

/**
 * KEYS: the index. ARGV: the most index tags that are recorded, the log's maximum length, the hashes of the changes, the index tags that are
 * invalidated, if any. Beyond that number everything is invalidated: more than requested, never less.
 */
export const INVALIDATE = `
${NEXT_VERSION}
if #ARGV > 3 and redis.call('HLEN', KEYS[1]) > tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1])
end
${BEGIN_INDEX}
if #ARGV > 3 then
  redis.call('HSET', KEYS[1], '${LATEST}', version)
end
for i = 4, #ARGV do
  redis.call('HSET', KEYS[1], ARGV[i], version)
end
for i = 1, #ARGV[3], ${HASH_LENGTH} do
  log = log .. version .. string.sub(ARGV[3], i, i + ${HASH_LENGTH - 1})
end
redis.call('HSET', KEYS[1], '${LOG}', string.sub(log, -ARGV[2]))`;

/** KEYS: the index. ARGV: a version. Returns the log, or only that version if it is the latest. */
export const READ_LOG = `
local log = redis.call('HGET', KEYS[1], '${LOG}')
if log and string.sub(log, -${RECORD_LENGTH}, -${HASH_LENGTH + 1}) == ARGV[1] then
  return ARGV[1]
end
return log`;

/** Parses a log that the scripts have written; undefined if it is not one. */
export function logOf(text: string | undefined | null): ChangeLog | undefined {
  if (!new RegExp(`^(?:\\d{${VERSION_LENGTH}}[\\w-]{${HASH_LENGTH}})+$`).test(text ?? '')) {
    return undefined;
  }
  const records = text!.match(new RegExp(`.{${RECORD_LENGTH}}`, 'g'))!;
  return {
    versions: records.map((record) => record.slice(0, VERSION_LENGTH)),
    hashes: records.slice(1).map((record) => record.slice(VERSION_LENGTH)),
  };
}
