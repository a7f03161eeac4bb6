/** An error of a connection that says whose it is: Node.js's own messages leave out the host, the port or the code. */
export function connectionError({ host, port }: { readonly host: string; readonly port: number | string }, error: NodeJS.ErrnoException): Error {
  const { code, message } = error;
  return new Error(`${host}:${port}: ${code === undefined || message.includes(code) ? message : `${code}, ${message}`}`, { cause: error });
}
