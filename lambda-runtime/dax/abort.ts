import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');

/** What `untilAborted` brings when the request was aborted first. */
export const ABORTED = Symbol('aborted');

type Send = (command: unknown, options?: { readonly abortSignal?: AbortSignal } | ((...args: unknown[]) => void), ...more: unknown[]) => unknown;

const signals = new AsyncLocalStorage<AbortSignal | undefined>();

/** Has a client remember the signal of each request: the SDK hands it to its own HTTP client alone, and no middleware sees it. */
export function rememberSignals(client: DynamoDBDocumentClient): void {
  const send = client.send.bind(client) as Send;
  client.send = ((command, options, ...more) =>
    signals.run(typeof options === 'object' ? options.abortSignal : undefined, () => send(command, options, ...more))) as Send as typeof client.send;
}

/** The signal of the request under way. */
export function currentSignal(): AbortSignal | undefined {
  return signals.getStore();
}

/** What the work brings, or ABORTED; then the work goes on, and how it ends changes nothing. */
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
