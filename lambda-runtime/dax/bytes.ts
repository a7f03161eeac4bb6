/**
 * Replaces what is a Buffer in an answer, which AWS's client of DAX makes of binary attributes, by a plain Uint8Array, as the AWS SDK
 * makes it: code that reads an item must not depend on who has answered. In place: nobody else has the answer.
 */
export function withPlainBytes<T>(value: T): T {
  if (Buffer.isBuffer(value)) {
    return new Uint8Array(value) as T;
  }
  if (value instanceof Set) {
    const members = [...value as Set<unknown>];
    if (members.some((member) => Buffer.isBuffer(member))) {
      value.clear();
      members.forEach((member) => value.add(withPlainBytes(member)));
    }
  } else if (Array.isArray(value) || isPlainObject(value)) {
    const container = value as Record<string, unknown>;
    for (const name of Object.keys(container)) {
      const before = container[name];
      const after = withPlainBytes(before);
      if (after !== before) {
        container[name] = after;
      }
    }
  }
  return value;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
