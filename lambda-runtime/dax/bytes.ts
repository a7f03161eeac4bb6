/**
 * Replaces Buffers in a response, which AWS's DAX client uses for binary attributes, by plain Uint8Arrays, as the AWS SDK returns them: code
 * that reads an item must not depend on whether DAX answered. In place, since no other code has the response.
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
