import { cached } from 'cdk-cached-function/runtime';

/** What the origin says of a key: a value, and which in the order of its values it is. */
export interface Version {
  readonly key: string;
  readonly version: number;
  readonly text: string;
}

export interface SoakEvent {
  readonly keys: readonly string[];
  readonly invalidate?: boolean;
  /** Tells what the process has, after a collection of garbage. */
  readonly report?: boolean;
}

export interface Held {
  readonly heapBytes: number;
  /** What keeps the process busy, by kind; sockets for instance. Timers come and go. */
  readonly handles: readonly string[];
}

const versions = cached('versions', async (key: string): Promise<Version> => {
  // A connection for each: what a frozen process kept open would be the origin's fault, and not the cache's.
  const response = await fetch(`${process.env.ORIGIN}/${key}`, { headers: { connection: 'close' } });
  if (!response.ok) {
    throw Object.assign(new Error(`The origin answered ${response.status}.`), { name: 'OriginError' });
  }
  return await response.json() as Version;
});

function held(): Held {
  (globalThis as unknown as { gc(): void }).gc();
  return { heapBytes: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout').sort() };
}

export const handler = async ({ keys, invalidate = false, report = false }: SoakEvent) => {
  if (invalidate) {
    await Promise.all(keys.map((key) => versions.invalidate(key)));
  }
  const values = await Promise.all(keys.map((key) => versions(key)));
  // Large texts only have to be held, not sent.
  return { values: values.map(({ key, version }) => ({ key, version })), ...(report && { held: held() }) };
};
