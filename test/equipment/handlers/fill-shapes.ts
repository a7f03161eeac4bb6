import { cached } from 'cdk-cached-function/runtime';

const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));

/** Eight of forty names, in a different order each time. */
function optional(i: number): object {
  const names = times(40, (n) => `optional${n}`);
  return Object.fromEntries(times(8, () => [names.splice(Math.floor(Math.random() * names.length), 1)[0], i]));
}

const SHAPES: Record<string, (i: number) => unknown> = {
  'optional names': (i) => times(10, () => optional(i)),
  'errors with a body': (i) => {
    throw Object.assign(new Error(`failed ${i}`, { cause: new Error('cause') }), { body: JSON.parse(`{"text":"${'x'.repeat(4_000)}${i}"}`) as unknown });
  },
  'small values': (i) => i,
  'bytes': () => Buffer.alloc(10_000),
  'maps': (i) => new Map(times(33, (n) => [n, { i }])),
};

let makeValue = SHAPES['small values'];

const value = cached('value', (id: number) => makeValue(id), { negativeTtl: { hours: 1 }, cacheErrors: () => true });

/** Loads distinct values of a shape. */
export const handler = async ({ shape, from, count }: { shape: string; from: number; count: number }) => {
  makeValue = SHAPES[shape];
  for (let id = from; id < from + count; id++) {
    try {
      await value(id);
    } catch {
      // The shape is an error.
    }
  }
  return { heap: Math.round(process.memoryUsage().heapUsed / 1024 ** 2), rss: Math.round(process.memoryUsage().rss / 1024 ** 2) };
};
