import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

/** The result of `untilAborted` if the request was aborted first. */
export const ABORTED = Symbol('aborted');

type Send = (command: unknown, options?: { readonly abortSignal?: AbortSignal } | ((...args: unknown[]) => void), ...more: unknown[]) => unknown;

const signals = new AsyncLocalStorage<AbortSignal | undefined>();

/** Makes a client record each request's signal: the SDK passes it only to its own HTTP client, and no middleware sees it. */
export function rememberSignals(client: DynamoDBDocumentClient): void {
  const send = client.send.bind(client) as Send;
  client.send = ((command, options, ...more) =>
    signals.run(typeof options === 'object' ? options.abortSignal : undefined, () => send(command, options, ...more))) as Send as typeof client.send;
}

/** The current request's signal. */
export function currentSignal(): AbortSignal | undefined {
  return signals.getStore();
}

/** Returns the work's result, or ABORTED; then the work continues, and its outcome is ignored. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | typeof ABORTED> {
  if (signal === undefined) {
    return work;
  }
  let onAbort!: () => void;
  const aborted = new Promise<typeof ABORTED>((resolve) => {
    onAbort = () => resolve(ABORTED);
  });
  signal.addEventListener('abort', onAbort);
  try {
    if (signal.aborted) {
      onAbort();
    }
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
