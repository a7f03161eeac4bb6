/**
 * The one class of a name in this process: that of the first copy of this package that is loaded. The layer, a bundle and a test may each
 * have one, and `instanceof` must not depend on which of them made an error.
 */
export function oneClass<C extends abstract new (...args: never[]) => Error>(name: string, own: C): C {
  // On the prototype: an own property would be printed beside each error.
  Object.defineProperty(own.prototype, 'name', { value: name, configurable: true, writable: true });
  return (globalThis as unknown as Record<symbol, C>)[Symbol.for(`cdk-cached-function.${name}`)] ??= own;
}
