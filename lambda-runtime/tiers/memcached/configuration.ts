/** A node of a cluster. */
export interface Node {
  readonly host: string;
  readonly port: number;
}

/** What nodes a cluster has. */
export interface Configuration {
  /** Grows with every change. */
  readonly version: number;
  /** In the same order for everybody. */
  readonly nodes: readonly Node[];
}

/**
 * Reads what a node of ElastiCache says of its cluster: the version in a line, and in the next the nodes as `name|address|port`
 * (ElastiCache, Adding Auto Discovery to your client library).
 *
 * @throws Error if it says something else
 */
export function parseConfiguration(bytes: Buffer): Configuration {
  const [version, list = ''] = bytes.toString('latin1').split('\n');
  const nodes = list.trim().split(' ').sort().map((node) => {
    const [name, address, port] = node.split('|');
    return { host: name || address, port: Number(port) };
  });
  if (!/^\d+\r?$/.test(version) || nodes.some(({ host, port }) => !host || !(port > 0))) {
    throw new Error(`it says of its nodes '${bytes.toString('latin1', 0, 80)}'`);
  }
  return { version: Number(version), nodes };
}
