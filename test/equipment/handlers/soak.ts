import { cached } from 'cdk-cached-function/runtime';

/** The origin's answer for a key: a value, and its place in the order of the key's values. */
export interface Version {
  readonly key: string;
  readonly version: number;
  readonly text: string;
}

export interface SoakEvent {
  readonly keys: readonly string[];
  readonly invalidate?: boolean;
  /** Returns the process's memory and resources, after a garbage collection. */
  readonly report?: boolean;
}

export interface ProcessUsage {
  readonly heapBytes: number;
  /** The process's active resources by kind, such as sockets. Timers come and go. */
  readonly handles: readonly string[];
}

const versions = cached('versions', async (key: string): Promise<Version> => {
  // A new connection for each request: connections that a frozen process keeps open would belong to the origin, not to the cache.
  const response = await fetch(`${process.env.ORIGIN}/${key}`, { headers: { connection: 'close' } });
  if (!response.ok) {
    throw Object.assign(new Error(`The origin answered ${response.status}.`), { name: 'OriginError' });
  }
  return await response.json() as Version;
});

function processUsage(): ProcessUsage {
  (globalThis as unknown as { gc(): void }).gc();
  return { heapBytes: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout').sort() };
}

export const handler = async ({ keys, invalidate = false, report = false }: SoakEvent) => {
  if (invalidate) {
    await Promise.all(keys.map((key) => versions.invalidate(key)));
  }
  const values = await Promise.all(keys.map((key) => versions(key)));
  // Large texts only need to be held, not sent.
  return { values: values.map(({ key, version }) => ({ key, version })), ...(report && { held: processUsage() }) };
};
