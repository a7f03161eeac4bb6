/** Replies to a login that is not, or no longer, valid. Not NOPERM: permissions change without a new connection. */
export const AUTHENTICATION_ERROR = /WRONGPASS|NOAUTH|invalid.*password/i;

/** The error of a server that is no longer the primary: its name resolves to another server by now. Redis 6 quotes it when a script fails. */
export const DEMOTED = /^(?:ERR Error running script .*-)?READONLY\b/;

/** Errors after which no other command would be answered either. */
const UNAVAILABLE = /^(?:LOADING|CLUSTERDOWN|MASTERDOWN|BUSY|ERR max number of clients)\b/;

/**
 * Whether the server rejected one command (ERR, WRONGTYPE, NOPERM, OOM, MISCONF and others), and is alive: docs/behaviour.md has the table.
 */
export function isCommandError(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'ReplyError' && ![AUTHENTICATION_ERROR, DEMOTED, UNAVAILABLE].some((pattern) => pattern.test(message));
}
