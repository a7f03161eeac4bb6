/** A list in portions that a server takes at a time. */
export function portions<T>(all: readonly T[], size: number): (readonly T[])[] {
  const count = Math.ceil(all.length / size);
  return count === 1 ? [all] : Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size));
}
