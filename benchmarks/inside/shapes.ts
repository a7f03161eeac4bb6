/** The loader and the arguments for entries of a shape. */
export interface Shape {
  /** A new value; throws for an error that is cached. */
  readonly load: (i: number, context: { tags: readonly string[]; validator: unknown }) => unknown;
  /** Default: a text of 12 characters. */
  readonly args?: (i: number) => readonly unknown[];
}

/** Values in the shapes that differ in how V8 keeps them. */
const VALUES: Record<string, (i: number) => unknown> = {
  'number': (i) => i + 0.5,
  'small integer': (i) => i,
  'short string': (i) => parsed(`text of ${i}`),
  'small flat object': (i) => parsed({ id: i, name: `name of ${i}`, price: 19.99 + i }),
  'product of 20 fields': (i) => parsed(product(i)),
  'nested order with items': (i) => parsed({
    id: `order-${i}`,
    customer: { id: i, name: `Customer ${i}`, address: { street: `Street ${i}`, city: 'Porto', country: 'PT' } },
    items: Array.from({ length: 5 }, (_, n) => ({ sku: `sku-${i}-${n}`, quantity: n, price: 9.99 + n, options: ['gift', `colour ${n}`] })),
    total: 123.45 + i,
  }),
  'long one-byte string': (i) => parsed(`${i} `.padEnd(2_000, 'é')),
  'long two-byte string': (i) => parsed(`${i} `.padEnd(1_000, '語')),
  'array of 100 integers': (i) => Array.from({ length: 100 }, (_, n) => i + n),
  'array of 100 doubles': (i) => Array.from({ length: 100 }, (_, n) => i + n + 0.5),
  'array of 30 objects': (i) => parsed(Array.from({ length: 30 }, (_, n) => ({ at: i, amount: n }))),
  'object of 30 numbers by id': (i) => parsed(Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`id-${i}-${n}`, n]))),
  'Map of 20': (i) => new Map(Array.from({ length: 20 }, (_, n) => [i + n, n])),
  'Set of 20': (i) => new Set(Array.from({ length: 20 }, (_, n) => i + n)),
  'Date': (i) => new Date(1_700_000_000_000 + i),
  'Uint8Array of 1,000': () => new Uint8Array(1_000),
  'object of 20 names': (i) => parsed(fields(20, i)),
  'object of 40 names': (i) => parsed(fields(40, i)),
  'object of 1,000 names': (i) => parsed(fields(1_000, i)),
  '8 of 40 optional names in random order': (i) => optional(8, i),
  '10 objects with optional names': (i) => times(10, () => optional(8, i)),
  'optional names in one order': (i) => parsed({ id: i, ...Object.fromEntries(times(10, (n) => [`n${n}`, n]).filter(() => Math.random() < 0.5)) }),
  'object without prototype': (i) => Object.assign(Object.create(null), { id: i, name: `name of ${i}`, price: i, stock: i }) as unknown,
  'object of 20 names without prototype': (i) => Object.assign(Object.create(null), fields(20, i)) as unknown,
  'object of 100 numbers by number': (i) => Object.fromEntries(times(100, (n) => [String(1e6 + i * 1_000 + n * 7), n])),
  'object of two-byte names': (i) => Object.fromEntries(times(5, (n) => [`語${i}語${n}`, n])),
  'sparse array': (i) => Object.assign([], { 500: i, 19_999: i }),
  'array of holes': () => new Array(2_000),
  'empty Map': () => new Map(),
  'empty Set': () => new Set(),
  'Map of 5': (i) => new Map(times(5, (n) => [n, i])),
  'Map of 200': (i) => new Map(times(200, (n) => [n, i])),
  'empty object': () => ({}),
  'empty array': () => [],
  'bigint': (i) => BigInt(i + 2_000) ** 40n,
  'Float64Array of 100': () => new Float64Array(100),
  'Buffer of 10': () => Buffer.from('0123456789'),
  'nested arrays': (i) => times(20, (n) => times(5, (m) => i + n + m)),
  'object 50 levels deep': (i) => parsed(times(50, (n) => n).reduce<object>((inner, n) => ({ n, inner }), { i })),
  '100 short strings': (i) => parsed(times(100, (n) => `s${i}${n}`)),
  'integers and fractions': (i) => times(100, (n) => n % 2 ? n : i + n / 7),
  'mixed': (i) => ({
    ...{ id: i, at: new Date(i), tags: new Set(['a', `b${i}`]), lookup: new Map([['x', { y: i }]]), raw: Buffer.from(`abc${i}`) },
    ...{ price: 1.5 * i, list: parsed([1, 'two', { three: 3 }]), nothing: null, missing: undefined },
  }),
};

class OriginError extends Error {
  public constructor(i: number, public readonly body?: unknown) {
    super(`request ${i} failed`, { cause: new TypeError(`socket of ${i} closed`) });
    this.name = 'OriginError';
  }
}

export const SHAPES: Record<string, Shape> = {
  ...Object.fromEntries(Object.entries(VALUES).map(([name, load]) => [name, { load }])),
  'error': { load: (i) => fail(new Error(`request ${i} failed`)) },
  'error with a cause': { load: (i) => fail(new OriginError(i)) },
  'error with a body': { load: (i) => fail(new OriginError(i, parsed({ text: `${i}`.padEnd(4_000), items: times(20, (n) => ({ n })) }))) },
  '300 tags': { load: (i, context) => void (context.tags = times(300, (n) => `tag-${i}-${n}`)) },
  'validator of 400 strings': { load: (i, context) => void (context.validator = parsed(times(400, (n) => `validator ${i} ${n}`))) },
  'key of 250 characters': { load: (i) => i, args: (i) => [parsed(`${i}`.padEnd(250, 'k'))] },
  'composite key': { load: (i) => i, args: (i) => ['tenant', { id: i }] },
  'number as key': { load: (i) => i, args: (i) => [i + 1_000_000] },
};

function fail(error: Error): never {
  throw error;
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function fields(count: number, i: number): Record<string, number> {
  return Object.fromEntries(times(count, (n) => [`field${n}`, i + n]));
}

function optional(count: number, i: number): unknown {
  const names = times(40, (n) => `optional${n}`);
  return parsed(Object.fromEntries(times(count, () => [names.splice(Math.floor(Math.random() * names.length), 1)[0], i])));
}

function product(i: number): object {
  return {
    ...{ id: `product-${i}`, sku: `SKU-${i}`, name: `A product with number ${i}`, brand: `Brand ${i % 100}`, category: 'garden' },
    ...{ description: `Everybody who has a garden needs product ${i}, and in the winter too.`, stock: i % 1_000, reviews: i % 500 },
    ...{ price: 19.99 + i, currency: 'EUR', taxRate: 0.19, weight: 1.5 + i, width: 30, height: 20, depth: 10, rating: 4.5 },
    ...{ available: true, discontinued: false, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: `2026-11-23T02:49:${i % 60}.000Z` },
  };
}

/** A value as from an origin's response: its strings are flat, and no other code has them. */
function parsed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
