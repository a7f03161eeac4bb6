/**
 * What must happen on the server in one step, in Redis's Lua. Each touches one key, so that it also runs in a cluster.
 */

/** KEYS: an entry. ARGV: the id that it must begin with, bytes, milliseconds. */
export const WRITE_IF_UNCHANGED = `
if redis.call('GETRANGE', KEYS[1], 0, 11) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end`;

/** The server's clock in microseconds, but never what it has been before: a clock may be set back, a failover may change it. */
const NEXT_STAMP = `
local clock = redis.call('TIME')
local stamp = string.format('%.0f', math.max(clock[1] * 1000000 + clock[2], (redis.call('HGET', KEYS[1], '@') or 0) + 1))`;

/** KEYS: the stamps. */
export const BEGIN = `
if redis.call('HLEN', KEYS[1]) == 0 then
  ${NEXT_STAMP}
  redis.call('HSET', KEYS[1], '@', stamp, '^', stamp)
end`;

/**
 * KEYS: the stamps. ARGV: how many groups are remembered, groups. Beyond that number everything is invalidated: more than was
 * asked for, never less.
 */
export const INVALIDATE = `
${NEXT_STAMP}
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[1]) then
  redis.call('DEL', KEYS[1])
end
if redis.call('HLEN', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], '^', stamp)
end
redis.call('HSET', KEYS[1], '@', stamp)
for i = 2, #ARGV do
  redis.call('HSET', KEYS[1], ARGV[i], stamp)
end`;
