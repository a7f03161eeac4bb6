import fc from 'fast-check';

/**
 * What a piece of plain data is made of. Data is generated as a plan, so that the same content can be built twice, with
 * its members in another order, or with one thing changed.
 */
export type Plan =
  | { readonly kind: 'leaf'; readonly value: unknown }
  | { readonly kind: 'date'; readonly time: number }
  | { readonly kind: 'bytes'; readonly type: keyof typeof BYTES; readonly bytes: readonly number[] }
  | { readonly kind: 'array'; readonly items: readonly (Plan | 'hole')[] }
  | { readonly kind: 'object'; readonly bare: boolean; readonly fields: readonly (readonly [string, Plan])[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Plan, Plan])[] }
  | { readonly kind: 'set'; readonly members: readonly Plan[] };

/** Everything that holds bytes, from eight of them: two elements at most of the widest. */
const BYTES = {
  ArrayBuffer: (bytes: Uint8Array<ArrayBuffer>) => bytes.buffer,
  Buffer: (bytes: Uint8Array<ArrayBuffer>) => Buffer.from(bytes.buffer),
  DataView: (bytes: Uint8Array<ArrayBuffer>) => new DataView(bytes.buffer),
  Uint8Array: (bytes: Uint8Array<ArrayBuffer>) => bytes,
  Uint8ClampedArray: (bytes: Uint8Array<ArrayBuffer>) => new Uint8ClampedArray(bytes.buffer),
  Int8Array: (bytes: Uint8Array<ArrayBuffer>) => new Int8Array(bytes.buffer),
  Int16Array: (bytes: Uint8Array<ArrayBuffer>) => new Int16Array(bytes.buffer),
  Uint32Array: (bytes: Uint8Array<ArrayBuffer>) => new Uint32Array(bytes.buffer),
  Float64Array: (bytes: Uint8Array<ArrayBuffer>) => new Float64Array(bytes.buffer),
  BigInt64Array: (bytes: Uint8Array<ArrayBuffer>) => new BigInt64Array(bytes.buffer),
} as const;

/** Strings that look like parts of a canonical form, or that UTF-8 cannot express. */
const TRICKY_STRINGS = [
  '', '(', '(1)', '("a")', '(#', 'a', 'b', 'a,b', '"', '\\', '[', '{}', '_', '1', '1n', '-0', 'NaN', 'null', 'undefined', 'true', 'Date(0)', 'Map()', '=>',
  '\ud800', '\udfff', 'a\ud83d', '\ud83d\ude00', '\ufffd', '__proto__', 'constructor', 'toString', 'x'.repeat(256), 'x'.repeat(257), `(${'y'.repeat(300)}`,
];

const anyString = fc.oneof(
  fc.constantFrom(...TRICKY_STRINGS),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 3 }).map((units) => String.fromCharCode(...units)),
);

const leaf = fc.oneof(
  anyString,
  fc.constantFrom(0, -0, 1, -1, 1.5, NaN, Infinity, -Infinity, 2 ** 53, 1e300, 5e-324),
  fc.double(),
  fc.constantFrom(0n, 1n, -1n, 2n ** 64n),
  fc.constantFrom(true, false, null, undefined),
).map((value): Plan => ({ kind: 'leaf', value }));

const date = fc.constantFrom(0, 1, NaN, 8.64e15, -1).map((time): Plan => ({ kind: 'date', time }));

const bytes = fc.record({
  kind: fc.constant('bytes' as const),
  type: fc.constantFrom(...Object.keys(BYTES) as (keyof typeof BYTES)[]),
  bytes: fc.oneof(fc.constantFrom<number[]>([], Array(8).fill(0), Array(8).fill(1)), fc.array(fc.nat(255), { minLength: 8, maxLength: 8 })),
});

/** Plain data of every supported kind, nested. Small on purpose: two of them are often equal, or nearly so. */
export const plan: fc.Arbitrary<Plan> = fc.letrec<{ plan: Plan }>((tie) => {
  const depth = { maxLength: 3, depthIdentifier: 'plan' };
  const fields = fc.uniqueArray(fc.tuple(fc.oneof(fc.constantFrom('a', 'b', '0', '10'), anyString), tie('plan')), { ...depth, selector: ([name]) => name });
  // Unique by their text, so that no entry overwrites another and the order is irrelevant.
  const entries = fc.uniqueArray(fc.tuple(tie('plan'), tie('plan')), { ...depth, selector: ([key]) => fc.stringify(withoutNegativeZero(key)) });
  return {
    plan: fc.oneof(
      { depthSize: 'small', withCrossShrink: true, depthIdentifier: 'plan' },
      leaf, date, bytes,
      fc.array(fc.oneof({ arbitrary: tie('plan'), weight: 5 }, { arbitrary: fc.constant('hole' as const), weight: 1 }), depth)
        .map((items): Plan => ({ kind: 'array', items })),
      fc.tuple(fields, fc.boolean()).map(([all, bare]): Plan => ({ kind: 'object', bare, fields: all })),
      entries.map((all): Plan => ({ kind: 'map', entries: all })),
      entries.map((all): Plan => ({ kind: 'set', members: all.map(([member]) => member) })),
    ),
  };
}).plan;

/** Maps and sets take -0 for 0. */
function withoutNegativeZero(key: Plan): Plan {
  return key.kind === 'leaf' && key.value === 0 ? { kind: 'leaf', value: 0 } : key;
}

export interface BuildOptions {
  /**
   * Build for `isDeepStrictEqual` as the judge of equal content: objects without a prototype become ordinary ones, which
   * keys do not tell apart; null and undefined in a set become symbols, since Node.js 24.21 fails where it compares such
   * a member with an object ("Cannot read properties of null").
   */
  readonly forComparison?: boolean;
}

/** Builds what the plan describes, of new objects throughout. */
export function build(from: Plan, options: BuildOptions = {}): unknown {
  const inner = (child: Plan) => build(child, options);
  switch (from.kind) {
    case 'leaf':
      return from.value;
    case 'date':
      return new Date(from.time);
    case 'bytes':
      return BYTES[from.type](new Uint8Array(from.bytes));
    case 'array': {
      const array = new Array<unknown>(from.items.length);
      from.items.forEach((item, index) => {
        if (item !== 'hole') {
          array[index] = inner(item);
        }
      });
      return array;
    }
    case 'object': {
      const object = (from.bare && options.forComparison !== true ? Object.create(null) : {}) as object;
      for (const [name, value] of from.fields) {
        Object.defineProperty(object, name, { value: inner(value), enumerable: true, configurable: true, writable: true });
      }
      return object;
    }
    case 'map':
      return new Map(from.entries.map(([key, value]) => [inner(key), inner(value)]));
    case 'set':
      return new Set(from.members.map((member) => {
        const built = inner(member);
        return options.forComparison === true && (built === null || built === undefined) ? Symbol.for(String(built)) : built;
      }));
  }
}

/** The same content with the members of every object, map and set in reverse order. */
export function reversed(from: Plan): Plan {
  switch (from.kind) {
    case 'array':
      return { ...from, items: from.items.map((item) => item === 'hole' ? item : reversed(item)) };
    case 'object':
      return { ...from, fields: from.fields.map(([name, value]) => [name, reversed(value)] as const).reverse() };
    case 'map':
      return { ...from, entries: from.entries.map(([key, value]) => [reversed(key), reversed(value)] as const).reverse() };
    case 'set':
      return { ...from, members: from.members.map(reversed).reverse() };
    default:
      return from;
  }
}

/** The plan with one of its parts, chosen by the path, replaced: a near miss. */
export function replaced(from: Plan, path: readonly number[], by: Plan): Plan {
  const [step, ...rest] = path;
  const parts = partsOf(from);
  if (step === undefined || parts.length === 0) {
    return by;
  }
  const chosen = step % parts.length;
  const change = <T>(all: readonly T[], to: (part: T) => T) => all.map((part, index) => index === chosen ? to(part) : part);
  switch (from.kind) {
    case 'array':
      return { ...from, items: change(from.items, (item) => item === 'hole' ? by : replaced(item, rest, by)) };
    case 'object':
      return { ...from, fields: change(from.fields, ([name, value]) => [name, replaced(value, rest, by)] as const) };
    case 'map':
      return { ...from, entries: change(from.entries, ([key, value]) => [key, replaced(value, rest, by)] as const) };
    case 'set':
      return { ...from, members: change(from.members, (member) => replaced(member, rest, by)) };
    default:
      return by;
  }
}

function partsOf(from: Plan): readonly unknown[] {
  switch (from.kind) {
    case 'array':
      return from.items;
    case 'object':
      return from.fields;
    case 'map':
      return from.entries;
    case 'set':
      return from.members;
    default:
      return [];
  }
}

/** Values that have behaviour or identity of their own, so that no key and no copy of them can be made. */
export function unsupportedValues(): Record<string, unknown> {
  class Point { public x = 1; }
  class Ids extends Array<number> {}
  class Index extends Map<string, number> {}
  class Tags extends Set<string> {}
  class Day extends Date {}
  class Pixels extends Uint8Array {}
  const refuses = (): never => { throw new TypeError('the trap refuses'); };
  return {
    'a function': () => 1,
    'a class': Point,
    'a symbol': Symbol('s'),
    'a class instance': new Point(),
    'an object with a class instance inside': { deep: [new Map([['k', new Point()]])] },
    'an error': new Error('no'),
    'a regular expression': /a/,
    'a promise': Promise.resolve(1),
    'a weak map': new WeakMap(),
    'a URL': new URL('https://example.com'),
    'a generator': (function* () { yield 1; })(),
    'a boxed string': Object('text'),
    'a boxed number': Object(1),
    'a boxed bigint': Object(1n),
    'a subclass of Array': new Ids(1, 2),
    'a subclass of Map': new Index(),
    'a subclass of Set': new Tags(),
    'a subclass of Date': new Day(0),
    'a subclass of Uint8Array': new Pixels(2),
    'an array with a named property': Object.assign([1], { total: 1 }),
    'an array with a negative index': Object.assign([1], { '-1': 0 }),
    'an array with an empty name': Object.assign([1], { '': 0 }),
    'an array with a name like 01': Object.assign([1, 2], { '01': 0 }),
    'a map with a named property': Object.assign(new Map(), { total: 1 }),
    'a date with a named property': Object.assign(new Date(0), { zone: 'UTC' }),
    'an object with a symbol property': { [Symbol('hidden')]: 1 },
    'an object that inherits': Object.create({ inherited: 1 }),
    'memory shared between threads': new SharedArrayBuffer(8),
    'a view of memory shared between threads': new Uint8Array(new SharedArrayBuffer(8)),
    'an object whose getter throws': { get broken() { return refuses(); } },
    'a proxy whose traps throw': new Proxy({}, { getPrototypeOf: refuses, ownKeys: refuses, get: refuses }),
    'a proxy of a map': new Proxy(new Map(), {}),
  };
}

/** An object that contains itself: no key, but a value like any other. */
export function cycle(): object {
  const object: { self?: unknown; list: unknown[] } = { list: [] };
  object.self = object;
  object.list.push(object.list);
  return object;
}
