import { SHAPES } from '../../../benchmarks/inside/shapes';
import { findNode } from '../../../tools/lambda-emulator/node-binaries';
import { runModule } from '../../equipment/node-process.js';

/**
 * The one test that measures a heap: what `maxMemory` bounds is an estimate, and this compares it with what 5,000 entries of a
 * shape really take, from the loader's answer to the metric.
 */
const MEASURE = `
import { Runtime } from './lambda-runtime/api/environment-runtime.js';
import { Invocation, runInvocation } from './lambda-runtime/lambda/invocation.js';
import { SHAPES } from './benchmarks/inside/shapes.js';

const ENTRIES = 5_000;
const HOUR = { hours: 1 };

/** Bytes in use, when nothing more can be freed: some of what an earlier shape left is freed late. */
const used = async () => {
  for (let last = Infinity; ;) {
    for (let i = 0; i < 2; i++) {
      gc();
      await new Promise(setImmediate);
    }
    const { heapUsed, external } = process.memoryUsage();
    if (Math.abs(heapUsed + external - last) < 10_000) {
      return last;
    }
    last = heapUsed + external;
  }
};

async function estimateToReal({ load, args = (i) => [JSON.parse('"key-' + String(i).padStart(6, '0') + '"')] }) {
  const runtime = new Runtime(
    { environment: {}, runAfterResponse: () => true },
    { namespace: '', caching: {}, caches: {}, maxMemoryBytes: 2 ** 31 },
  );
  let next = 0;
  const value = runtime.cached('value', async () => load(next, runtime.loadContext()), { ttl: HOUR, negativeTtl: HOUR, cacheErrors: () => true });
  const call = async (i) => {
    next = i;
    await value(...args(i)).catch(() => {});
  };
  const invocation = new Invocation('request');
  return runInvocation(invocation, async () => {
    // Code, and the first tables, are there before the heap is measured.
    for (let i = 0; i < 500; i++) {
      await call(-1 - i);
      await value.invalidate(...args(-1 - i));
    }
    const before = await used();
    for (let i = 0; i < ENTRIES; i++) {
      await call(i);
    }
    const real = await used() - before;
    await call(0);
    const { MemoryBytes, Evictions, Uncacheable } = JSON.parse(runtime.metricLines(invocation)[0]);
    if (Evictions || Uncacheable) {
      throw new Error('Not all entries are in memory.');
    }
    return MemoryBytes / real;
  });
}

console.log(await estimateToReal(SHAPES[process.env.SHAPE]));
`;

/** Both versions lay out objects alike; of the older one, these show it. */
const ON_BOTH = ['product of 20 fields', 'sparse array'];

for (const major of [22, 24]) {
  const node = findNode(major);
  const shapes = Object.keys(SHAPES).filter((shape) => major === 24 || ON_BOTH.includes(shape));
  (node === undefined ? describe.skip : describe)(`with 5,000 entries on Node.js ${major}`, () => {
    // A process for each: what one shape leaves is freed while the next one is measured.
    test.each(shapes)('the estimate of %s is at most 10 %% below the heap and 50 %% above', (shape) => {
      const ratio = runModule<number>(MEASURE, { flags: ['--expose-gc'], node, env: { ...process.env, SHAPE: shape }, timeoutMs: 60_000 });

      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.5);
    }, 60_000);
  });
}
