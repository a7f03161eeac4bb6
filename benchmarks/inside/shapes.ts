/** Values that loaders return, in the shapes that differ in how V8 keeps them. Each call makes a new one. */
export const SHAPES: Record<string, (i: number) => unknown> = {
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
};

function product(i: number): object {
  return {
    ...{ id: `product-${i}`, sku: `SKU-${i}`, name: `A product with number ${i}`, brand: `Brand ${i % 100}`, category: 'garden' },
    ...{ description: `Everybody who has a garden needs product ${i}, and in the winter too.`, stock: i % 1_000, reviews: i % 500 },
    ...{ price: 19.99 + i, currency: 'EUR', taxRate: 0.19, weight: 1.5 + i, width: 30, height: 20, depth: 10, rating: 4.5 },
    ...{ available: true, discontinued: false, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: `2026-11-23T02:49:${i % 60}.000Z` },
  };
}

/** As an origin's answer arrives: its strings are flat, and nobody else has them. */
function parsed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
