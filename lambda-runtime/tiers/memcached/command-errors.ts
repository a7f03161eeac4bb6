/** What a server answers that does not do what it was asked for. */
export class RefusedError extends Error {
  public constructor(private readonly reply: string) {
    super(`it says '${reply}'`);
  }

  /**
   * Whether it is about the one command, and the server is alive: docs/behaviour.md has the table. SERVER_ERROR is also what proxies
   * answer for a server that they cannot reach.
   */
  public get isOfCommand(): boolean {
    return /^(?:CLIENT_ERROR|ERROR(?! Too many open connections))\b/.test(this.reply) || /^SERVER_ERROR .*(?:out of memory|too large)/.test(this.reply);
  }
}

export function isCommandError(error: unknown): boolean {
  return error instanceof RefusedError && error.isOfCommand;
}
