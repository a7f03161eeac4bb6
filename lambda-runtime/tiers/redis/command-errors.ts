/** Replies that say that a login is not, or no longer, right. Not NOPERM: what a user may do changes without a new connection. */
export const AUTHENTICATION_ERROR = /WRONGPASS|NOAUTH|invalid.*password/i;

/** What a server says that was the primary, and is not any more: its name leads elsewhere by now. Redis 6 quotes it when a script fails. */
export const DEMOTED = /^(?:ERR Error running script .*-)?READONLY\b/;

/** Nothing else would be answered either. */
const UNAVAILABLE = /^(?:LOADING|CLUSTERDOWN|MASTERDOWN|BUSY|ERR max number of clients)\b/;

/**
 * Whether a server refused one command (ERR, WRONGTYPE, NOPERM, OOM, MISCONF and others), and is alive: docs/behaviour.md has the table.
 */
export function isCommandError(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'ReplyError' && ![AUTHENTICATION_ERROR, DEMOTED, UNAVAILABLE].some((pattern) => pattern.test(message));
}
