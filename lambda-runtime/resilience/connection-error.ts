/** A connection error that names its server: Node.js's own messages leave out the host, the port or the code. */
export function connectionError({ host, port }: { readonly host: string; readonly port: number | string }, error: NodeJS.ErrnoException): Error {
  const { code, message } = error;
  return new Error(`${host}:${port}: ${code === undefined || message.includes(code) ? message : `${code}, ${message}`}`, { cause: error });
}
