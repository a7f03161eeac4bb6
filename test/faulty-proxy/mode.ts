/** What a proxy does with a connection. */
export type Mode =
  /** Nothing is wrong. */
  | 'pass'
  /** Ends it in good order (FIN). */
  | 'closed'
  /** Ends it without (RST). */
  | 'reset'
  /** No byte arrives, in either direction, and nobody is told: as if a cable were cut. What was sent arrives when the fault has ended. */
  | 'blackHole'
  /** Replies come late. */
  | 'slow'
  /** The server has dropped it, and the client doesn't know: what that sends is lost. When the fault has ended, it gets an RST. */
  | 'halfOpen'
  /** Of the next reply only the first half comes; then it ends (FIN). */
  | 'truncated'
  /** Replies come with other bytes than the server sent. */
  | 'garbage'
  /** Nobody listens on the port. Connections that are open get an RST. */
  | 'refuse';
