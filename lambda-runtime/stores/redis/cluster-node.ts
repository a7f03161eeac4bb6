import type { Redis, RedisOptions } from 'iovalkey';

/**
 * Adapts the client's connection to a cluster's node to our needs.
 *
 * @param token creates the token for authentication; absent: the password does not change
 */
export function prepareNode(node: Redis, token?: () => string): void {
  ignoreAskingErrors(node);
  leaveRepeatingToOthers(node);
  duplicateWithoutName(node, token);
  if (token !== undefined) {
    renewTokenOnConnect(node, token);
  }
}

/** The client sends ASKING before a redirected command, and does not handle its errors, so they are caught here. The command then fails itself. */
function ignoreAskingErrors(node: Redis): void {
  const asking = node.asking.bind(node) as () => Promise<'OK'>;
  node.asking = (() => asking().catch(() => {})) as typeof node.asking;
}

/** The connection ended before a write's reply. */
export class LostReplyError extends Error {
  public constructor() {
    super('the connection ended before the reply');
  }
}

/** The parts of the client's node that are not in its types. */
interface NodeQueues {
  readonly commandQueue: {
    readonly length: number;
    peekAt(place: number): { readonly command: { readonly name: string; reject(error: Error): void } };
    removeOne(place: number): unknown;
  };
  flushQueue(error: Error, options?: { readonly commandQueue?: boolean }): void;
}

/**
 * A cluster's client repeats each command whose connection ended before the reply. It recognizes this case by the error's message. An
 * unconditional SET must not be repeated blindly (`Write.isOnce`): the first one may have arrived, and another environment may have written
 * since. So SETs fail with a different error, and `Connection` decides whether to repeat them.
 */
function leaveRepeatingToOthers(client: Redis): void {
  const node = client as unknown as NodeQueues;
  const flushQueue = node.flushQueue.bind(node);
  node.flushQueue = (error, options) => {
    const { commandQueue } = node;
    for (let place = commandQueue.length - 1; options?.commandQueue !== false && place >= 0; place--) {
      const { command } = commandQueue.peekAt(place);
      if (command.name === 'set') {
        commandQueue.removeOne(place);
        command.reject(new LostReplyError());
      }
    }
    flushQueue(error, options);
  };
}

/**
 * The client uses a duplicate connection to read the slots' owners when a slot has moved. It would name the connection, which needs another
 * permission and is never read, and reuse the node's token, which may be hours old.
 */
function duplicateWithoutName(node: Redis, token?: () => string): void {
  const duplicate = node.duplicate.bind(node);
  node.duplicate = (options?: Partial<RedisOptions>) => duplicate({
    ...options,
    connectionName: undefined,
    ...(token !== undefined && { password: token() }),
  });
}

/** A cluster connects to a node on first use, when the original token may be too old. */
function renewTokenOnConnect(node: Redis, token: () => string): void {
  const connect = node.connect.bind(node);
  node.connect = (...args) => {
    node.options.password = token();
    return connect(...args);
  };
}
