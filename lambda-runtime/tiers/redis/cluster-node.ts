import type { Redis, RedisOptions } from 'iovalkey';

/**
 * Has the client's connection to a node of a cluster do what we need of it.
 *
 * @param token makes what it authenticates with; absent: that does not change
 */
export function prepareNode(node: Redis, token?: () => string): void {
  askQuietly(node);
  duplicateAsNobody(node, token);
  if (token !== undefined) {
    signAnew(node, token);
  }
}

/** The client says ASKING before what asks, and does not look whether that failed: nobody would catch it. What asks is then refused itself. */
function askQuietly(node: Redis): void {
  const asking = node.asking.bind(node) as () => Promise<'OK'>;
  node.asking = (() => asking().catch(() => {})) as typeof node.asking;
}

/**
 * The client asks by a duplicate who has which slots, whenever one has moved. It gives that a name: another command that a user would
 * have to be allowed, and nobody reads it; and the token that the node was connected with, hours ago.
 */
function duplicateAsNobody(node: Redis, token?: () => string): void {
  const duplicate = node.duplicate.bind(node);
  node.duplicate = (options?: Partial<RedisOptions>) => duplicate({
    ...options,
    connectionName: undefined,
    ...(token !== undefined && { password: token() }),
  });
}

/** A cluster connects to its nodes when it first needs them, when a token that was made for it may be too old. */
function signAnew(node: Redis, token: () => string): void {
  const connect = node.connect.bind(node);
  node.connect = (...args) => {
    node.options.password = token();
    return connect(...args);
  };
}
