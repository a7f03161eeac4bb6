/** A node of a cluster. */
export interface Node {
  readonly host: string;
  readonly port: number;
}

/** The nodes of a cluster. */
export interface Configuration {
  /** Grows with every change. */
  readonly version: number;
  /** In the same order in all environments. */
  readonly nodes: readonly Node[];
}

/**
 * Parses an ElastiCache node's reply about its cluster: a line with the version, and a line with the nodes as `name|address|port`
 * (ElastiCache, Adding Auto Discovery to your client library).
 *
 * @throws Error if the reply has another form
 */
export function parseConfiguration(bytes: Buffer): Configuration {
  const [version, list = ''] = bytes.toString('latin1').split('\n');
  const nodes = list.trim().split(' ').sort().map((node) => {
    const [name, address, port] = node.split('|');
    return { host: name || address, port: Number(port) };
  });
  if (!/^\d+\r?$/.test(version) || nodes.some(({ host, port }) => !host || !(port > 0))) {
    throw new Error(`it replied about its nodes '${bytes.toString('latin1', 0, 80)}'`);
  }
  return { version: Number(version), nodes };
}
