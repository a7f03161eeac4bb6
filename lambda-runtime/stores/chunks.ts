/** Splits a list into chunks that a server accepts. */
export function chunks<T>(all: readonly T[], size: number): (readonly T[])[] {
  const count = Math.ceil(all.length / size);
  return count === 1 ? [all] : Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size));
}
