/** How much of their letter pairs two names must share to be taken for each other: of 'tll' and 'ttl', two of three. */
const LEAST_LIKENESS = 0.4;

/** The known name that the user probably meant by an unknown one: the one that shares the most letter pairs with it. Undefined if none is close. */
export function nearestName(unknown: string, names: readonly string[]): string | undefined {
  const wanted = pairsOf(unknown);
  const [best] = names.map((name) => ({ name, likeness: likenessOf(pairsOf(name), wanted) })).sort((one, other) => other.likeness - one.likeness);
  return best !== undefined && best.likeness >= LEAST_LIKENESS ? best.name : undefined;
}

function pairsOf(text: string): string[] {
  const letters = text.toLowerCase();
  return Array.from(letters, (letter, place) => letter + (letters[place + 1] ?? ''));
}

/** From 0 to 1. */
function likenessOf(pairs: readonly string[], wanted: readonly string[]): number {
  return 2 * pairs.filter((pair) => wanted.includes(pair)).length / (pairs.length + wanted.length);
}
