import { sizeOfString } from '../../../lambda-runtime/engine/size.js';
import { store } from '../../../lambda-runtime/engine/value.js';
import { runModule } from '../node-process.js';

const estimate = (value: unknown) => store(value).bytes;

describe('the estimated size of a value', () => {
  test('grows with what the value holds', () => {
    expect(estimate('x'.repeat(2_000)) - estimate('x'.repeat(1_000))).toBe(1_000);
    expect(estimate(Buffer.alloc(5_000))).toBeGreaterThan(5_000);
    expect(estimate(new Array(1_000).fill(0))).toBeGreaterThan(8_000);
    expect(estimate(new Map(Array.from({ length: 100 }, (_, i) => [i, i])))).toBeGreaterThan(100 * 16);
    expect(estimate([{ a: 'x'.repeat(1_000) }])).toBeGreaterThan(1_000);
  });

  test('counts two bytes a character where a string needs them', () => {
    expect(sizeOfString('é'.repeat(100))).toBe(124);
    expect(sizeOfString('ā'.repeat(100))).toBe(224);
    expect(sizeOfString(`${'x'.repeat(99)}€`)).toBe(224);
  });

  test('counts an object that is referred to twice once', () => {
    const shared = { text: 'x'.repeat(10_000) };
    expect(estimate([shared, shared])).toBeLessThan(11_000);
  });

  test('is never zero for an object', () => {
    for (const value of [{}, [], new Date(), new Map(), new Set(), Buffer.alloc(0)]) {
      expect(estimate(value)).toBeGreaterThan(0);
    }
  });
});

/** What the memory bound rests on: makes many values of a shape, stores them, and compares with what V8's heap grew by. */
const MEASURE = `
import { randomBytes } from 'node:crypto';
import { store } from './lambda-runtime/engine/value.js';
const id = () => 'p' + randomBytes(11).toString('hex');
const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const shapes = {
  'records': (i) => ({ id: id(), name: 'Product ' + i, price: i * 100, tags: ['a', 'b' + i], size: { width: i, height: 1.5 } }),
  'wide records': (i) => Object.fromEntries(times(40, (j) => ['field' + j, i * j])),
  'lists of records': (i) => times(50, (j) => ({ id: i * 50 + j, name: 'n' + j, score: j / 7 })),
  'dictionaries by id': () => Object.fromEntries(times(100, (j) => [id(), j])),
  'dictionaries by number': (i) => Object.fromEntries(times(100, (j) => [String(1e6 + i * 1000 + j * 7), j])),
  'small dictionaries': () => Object.fromEntries(times(5, (j) => [id(), j])),
  'texts': (i) => 'x'.repeat(500) + i,
  'texts in two bytes': (i) => 'ā'.repeat(500) + i,
  'texts cut out of long ones': (i) => JSON.parse(JSON.stringify('y'.repeat(2_000) + i)).slice(1_000, 1_100),
  'numbers': () => times(100, () => Math.random()),
  'dates': (i) => ({ from: new Date(i), to: new Date(i) }),
  'maps': (i) => new Map(times(20, (j) => ['k' + j + i, j])),
  'sets': () => new Set(times(20, (j) => j)),
  'small buffers': () => Buffer.from('0123456789'),
  'buffers': () => Buffer.alloc(1_000),
};
const used = async () => {
  for (let i = 0; i < 2; i++) {
    gc();
    await new Promise(setImmediate);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const result = {};
for (const [name, make] of Object.entries(shapes)) {
  // Warm up: compiled code and inline caches are not the values'.
  const wanted = Math.ceil(2e6 / (store(make(0)).bytes + store(make(1)).bytes) * 2);
  globalThis.held = times(Math.min(100, wanted), (i) => store(make(i)).value);
  globalThis.held = new Array(wanted).fill(0);
  const before = await used();
  let estimated = 0;
  for (let i = 0; i < wanted; i++) {
    const stored = store(make(i));
    estimated += stored.bytes;
    globalThis.held[i] = stored.value;
  }
  result[name] = (await used() - before) / estimated;
}
console.log(JSON.stringify(result));
`;

describe('the heap that values really take', () => {
  const realToEstimated = runModule<Record<string, number>>(MEASURE, { flags: ['--expose-gc'] });

  test.each(Object.keys(realToEstimated))('is near the estimate for %s', (shape) => {
    expect(realToEstimated[shape]).toBeLessThan(1.5);
    expect(realToEstimated[shape]).toBeGreaterThan(0.4);
  });
});

/** The same for what holds a value: its entry, the key, and the slots in the tables, which are as full here as on average (2^14.5 of 2^15). */
const MEASURE_ENTRIES = `
import { Runtime } from './lambda-runtime/runtime.js';
import { Invocation, runInvocation } from './lambda-runtime/lifecycle/invocation.js';
const runtime = new Runtime({ environment: { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024' }, later: () => true });
const square = runtime.cached('square', async (key) => key.length);
const keyOf = (i) => JSON.parse('"key-' + String(i).padStart(6, '0') + '"');
const used = async () => {
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise(setImmediate);
  }
  return process.memoryUsage().heapUsed;
};
const invocation = new Invocation('request');
await runInvocation(invocation, async () => {
  for (let i = 0; i < 1_000; i++) {
    await square.prime(keyOf(i), i);
    await square.invalidate(keyOf(i));
  }
  const before = await used();
  for (let i = 0; i < 23_170; i++) {
    await square.prime(keyOf(i), i);
  }
  const grown = await used() - before;
  await square(keyOf(0));
  console.log(grown / JSON.parse(runtime.metricLines(invocation)[0]).MemoryBytes);
});
`;

test('the heap that entries of small values take is near their estimate', () => {
  const realToEstimated = runModule<number>(MEASURE_ENTRIES, { flags: ['--expose-gc'] });
  expect(realToEstimated).toBeLessThan(1.15);
  expect(realToEstimated).toBeGreaterThan(0.85);
});
