import fc from 'fast-check';

/** How long each property is tried. In CI seconds; by hand, `FUZZ_SECONDS=3600 npx projen fuzz`. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 5);

/** Fewer would show nothing, and say so: the machine is too busy, or a generator too slow. */
const MIN_RUNS = 100;

/** For jest, which needs a limit. */
export const FUZZ_TIMEOUT = (SECONDS + 60) * 1_000;

/** Tries a property as often as time allows. A failure prints the seed and the path that repeat it. */
export function fuzz<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void {
  let runs = 0;
  const property = fc.property(arbitrary, (value) => {
    runs++;
    holds(value);
  });
  fc.assert(property, { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: SECONDS * 1_000, ...repeated() });
  expect(runs).toBeGreaterThanOrEqual(MIN_RUNS);
}

/** FUZZ_PATH, which beside the seed (test/equipment/property-seed.ts) leads straight to what failed. */
function repeated(): { path?: string } {
  const { FUZZ_PATH: path } = process.env;
  return path === undefined ? {} : { path };
}

/** Possible damage to bytes: change, cut, repeat, insert. */
export type Edit = readonly [at: number, remove: number, insert: Uint8Array];

const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.oneof(fc.nat(3), fc.nat(200)), fc.uint8Array({ maxLength: 8 }));
const edits = fc.array(edit, { minLength: 1, maxLength: 4 });

/** Bytes that were valid before they were edited. */
export function mutated(valid: fc.Arbitrary<Buffer>): fc.Arbitrary<readonly [before: Buffer, after: Buffer]> {
  return fc.tuple(valid, edits).map(([before, all]) => [before, all.reduce(edited, before)] as const);
}

function edited(bytes: Buffer, [at, remove, insert]: Edit): Buffer {
  const start = Math.floor(at * bytes.length);
  return Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + remove)]);
}
