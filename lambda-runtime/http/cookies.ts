/** The cookies of a request: each name with its different values, in order. RFC 6265, section 4.2.1. */
export function cookiesOf(lines: readonly string[] | undefined): Map<string, readonly string[]> {
  const cookies = new Map<string, readonly string[]>();
  // Some gateways join repeated fields with commas; a name that then begins with a comma is a different name, and so a bypass.
  for (const pair of (lines ?? []).flatMap((line) => line.split(';'))) {
    const [name] = pair.split('=', 1);
    if (pair.trim() !== '') {
      // Only the white space that separates pairs, since handlers see the rest.
      const trimmed = name.trimStart();
      const value = pair.slice(name.length + 1);
      const others = cookies.get(trimmed) ?? [];
      cookies.set(trimmed, others.includes(value) ? others : [...others, value]);
    }
  }
  return cookies;
}
