import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

const DATA = join(__dirname, '..', '..', 'examples', 'data');

/** Traces by name: a real shop's requests (examples/data/README.md), and patterns that are hard for some policies. */
export const TRACES: Readonly<Record<string, () => Uint32Array>> = {
  'web07': () => keysOf(gunzipSync(readFileSync(join(DATA, 'web07.trace.gz')))),
  'orm-busy, first 500,000': () => keysOf(zstdDecompressSync(readFileSync(join(DATA, 'orm-busy.trace.zst')))),
  'zipf 1.0': () => generated((_, random) => zipf(50_000, random)),
  'zipf with scans': () => generated((at, random) => at % 25_000 < 5_000 ? 1e6 + at : zipf(20_000, random)),
  'loop of 1,100': () => generated((at) => at % 1_100),
  'soon or never again': () => generated((at, random) => Math.floor(at / 4) + 1_000 - Math.floor(random() ** 3 * 1_000)),
  'shifting popularity': () => generated((at, random) => Math.floor(at / 20) + zipf(20_000, random)),
};

function keysOf(bytes: Buffer): Uint32Array {
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32BE(4 * i));
}

function generated(keyAt: (at: number, random: () => number) => number, length = 200_000): Uint32Array {
  let seed = 42;
  const random = () => (seed = seed * 16_807 % 2_147_483_647) / 2_147_483_647;
  return Uint32Array.from({ length }, (_, at) => keyAt(at, random));
}

/** The rank of a key whose popularity falls as its rank grows, with a skew of 1. */
function zipf(keys: number, random: () => number): number {
  return Math.floor(keys ** random());
}
