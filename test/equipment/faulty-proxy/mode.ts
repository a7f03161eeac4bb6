/** How a proxy treats a connection. */
export type Mode =
  /** Nothing is wrong. */
  | 'pass'
  /** Closes it with FIN. */
  | 'closed'
  /** Closes it with RST. */
  | 'reset'
  /** No byte arrives in either direction, without an error, as if a cable were cut. Bytes arrive when the fault has ended. */
  | 'blackHole'
  /** Replies come late. */
  | 'slow'
  /** The server has dropped it without the client's knowledge: the client's bytes are lost. When the fault has ended, it gets an RST. */
  | 'halfOpen'
  /** Only the first half of the next reply arrives; then it closes with FIN. */
  | 'truncated'
  /** Replies arrive with altered bytes. */
  | 'garbage'
  /** Nobody listens on the port. Connections that are open get an RST. */
  | 'refuse';
