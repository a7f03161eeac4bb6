/** A server's error reply. */
export class RefusedError extends Error {
  public constructor(private readonly reply: string) {
    super(`it replied '${reply}'`);
  }

  /**
   * Whether it concerns only this command, and the server is alive: docs/behaviour.md has the table. Proxies also reply SERVER_ERROR for a
   * server that they cannot reach.
   */
  public get isOfCommand(): boolean {
    return /^(?:CLIENT_ERROR|ERROR(?! Too many open connections))\b/.test(this.reply) || /^SERVER_ERROR .*(?:out of memory|too large)/.test(this.reply);
  }
}

export function isCommandError(error: unknown): boolean {
  return error instanceof RefusedError && error.isOfCommand;
}
