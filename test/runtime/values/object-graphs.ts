import fc from 'fast-check';

type NodeKind = 'object' | 'bare' | 'array' | 'map' | 'set' | 'date' | 'bytes';

/** Graphs of plain data with shared and cyclic references, new ones in each call. */
export const graph: fc.Arbitrary<() => object> = fc.array(
  fc.record({
    kind: fc.constantFrom<NodeKind>('object', 'bare', 'array', 'map', 'set', 'date', 'bytes'),
    edges: fc.array(fc.oneof(fc.nat(7), fc.constantFrom('text', null, undefined, -0, NaN, 1n, 'a longer text, which is copied')), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 8 },
).map((nodes) => () => {
  const built = nodes.map(({ kind }) => shell(kind));
  nodes.forEach(({ edges }, index) => {
    edges.forEach((edge, position) => addMember(built[index], position, typeof edge === 'number' && !Object.is(edge, -0) ? built[edge % built.length] : edge));
  });
  return built[0];
});

function shell(kind: NodeKind): object {
  switch (kind) {
    case 'object':
      return {};
    case 'bare':
      return Object.create(null) as object;
    case 'array':
      return [];
    case 'map':
      return new Map();
    case 'set':
      return new Set();
    case 'date':
      return new Date(1_000);
    case 'bytes':
      // Of Uint8Array's buffer: jest has two realms, and that is the one whose ArrayBuffer is global.
      return new Uint16Array(new Uint8Array([1, 2, 3, 4]).buffer);
  }
}

function addMember(to: object, position: number, member: unknown): void {
  if (Array.isArray(to)) {
    to[position * 2] = member; // leaves holes
  } else if (to instanceof Map) {
    to.set(position === 0 ? member : `k${position}`, member);
  } else if (to instanceof Set) {
    to.add(member);
  } else if (!(to instanceof Date) && !ArrayBuffer.isView(to)) {
    Object.defineProperty(to, ['__proto__', 'a', 'b', '0'][position], { value: member, enumerable: true, configurable: true, writable: true });
  }
}

/** What an object directly consists of, in order; a view's buffer too, since its users share the view's content. */
function partsOf(object: object): unknown[] {
  if (ArrayBuffer.isView(object)) {
    return [object.buffer];
  }
  const inside = object instanceof Map ? [...object.entries()].flat() : object instanceof Set ? [...object] : [];
  return [...inside, ...Object.keys(object).map((name) => (object as Record<string, unknown>)[name])];
}

/** Every object that can be reached from the value. */
export function objectsIn(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value === 'object' && value !== null && !found.has(value)) {
    found.add(value);
    partsOf(value).forEach((part) => objectsIn(part, found));
  }
  return found;
}

/**
 * The copy has the original's types, content and references: two references to one object in the original are two
 * references to one object in the copy.
 */
export function expectSameShape(original: unknown, copy: unknown, seen = new Map<object, object>()): void {
  if (typeof original !== 'object' || original === null) {
    expect(Object.is(copy, original)).toBe(true);
    return;
  }
  if (seen.has(original)) {
    expect(copy).toBe(seen.get(original));
    return;
  }
  seen.set(original, copy as object);
  expect(typeof copy).toBe('object');
  expect(Object.getPrototypeOf(copy) === Object.getPrototypeOf(original)).toBe(true);
  expect(Object.keys(copy as object)).toEqual(Object.keys(original));
  if (original instanceof Date) {
    expect((copy as Date).getTime()).toBe(original.getTime());
  } else if (original instanceof ArrayBuffer) {
    expect(Buffer.from(copy as ArrayBuffer).equals(Buffer.from(original))).toBe(true);
  } else {
    const [parts, copied] = [partsOf(original), partsOf(copy as object)];
    expect(copied.length).toBe(parts.length);
    parts.forEach((part, index) => expectSameShape(part, copied[index], seen));
  }
}

/** Changes every object that can be reached from the value, as far as it lets itself be changed. */
export function vandalize(value: unknown): void {
  for (const object of objectsIn(value)) {
    if (object instanceof Map || object instanceof Set) {
      object.clear();
    } else if (object instanceof Date) {
      object.setTime(-1);
    } else if (object instanceof ArrayBuffer) {
      new Uint8Array(object).fill(0xee);
    } else if (!ArrayBuffer.isView(object) && !Object.isFrozen(object)) {
      Object.keys(object).forEach((name) => Reflect.deleteProperty(object, name));
      Reflect.set(object, 'added', true);
    }
  }
}
