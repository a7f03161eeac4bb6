/** What the origin has under an id: always the same, so that a caller can tell whether that is what it got. */
export interface Thing {
  readonly id: string;
  readonly at: Date;
  readonly names: ReadonlyMap<string, bigint>;
  readonly text: string;
}

export function thing(id: string): Thing {
  return { id, at: new Date(id.length * 1_000), names: new Map([[id, BigInt(id.length)]]), text: id.repeat(20) };
}

/** What a table has under an id, likewise. */
export function row(id: string) {
  return { id, length: id.length, names: new Set([id]), parts: [{ text: id.repeat(20) }] };
}
