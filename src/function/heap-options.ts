/**
 * The memory that a Node.js process needs besides V8's old space: the runtime client idles at 45 to 50 MB, and the rest is for the young
 * space and V8's garbage collection (measured: with 64 MB, the 128 MB function of test/first-problem/main-path.test.ts is killed every other time).
 */
const BESIDE_OLD_SPACE_MB = 72;

/** The share of the memory that Lambda gives to V8's old space. */
const LAMBDA_OLD_SPACE = 0.9;

/** The share for each half of V8's young space. Lambda's is 1/20, which a small function needs more for the old space. */
const SEMI_SPACE = 1 / 64;

const SIZED = /--max[-_](old|semi)[-_]space[-_]size/;
const OLD_SPACE = /--max[-_]old[-_]space[-_]size[= ](\d+)/;

/**
 * NODE_OPTIONS that keep a small function within its memory.
 *
 * Lambda lets V8 fill 90 % of a function's memory before it collects in earnest, and in a small function the process itself
 * needs more than the rest. A full cache produces exactly that garbage: entries in the old space. With 2 GB of distinct values,
 * a 128 MB function is killed without these options, and survives with them (test/first-problem/main-path.test.ts).
 *
 * @returns undefined if Lambda's own sizes fit, the memory is not known, or other sizes are set
 *
 * @internal
 */
export function heapOptions(memorySizeMb: number, nodeOptions = ''): string | undefined {
  if (fitsAsItIs(memorySizeMb) || SIZED.test(nodeOptions)) {
    return undefined;
  }
  const sizes = `--max-old-space-size=${memorySizeMb - BESIDE_OLD_SPACE_MB} --max-semi-space-size=${Math.floor(memorySizeMb * SEMI_SPACE)}`;
  return nodeOptions === '' ? sizes : `${nodeOptions} ${sizes}`;
}

/**
 * The size of V8's old space in a function, in MB: from NODE_OPTIONS, else Lambda's.
 *
 * @internal
 */
export function heapMb(memorySizeMb: number, nodeOptions = ''): number {
  const set = OLD_SPACE.exec(nodeOptions)?.[1];
  return set === undefined ? memorySizeMb * LAMBDA_OLD_SPACE : Number(set);
}

/**
 * The memory in MB that a function needs for an old space of this size.
 *
 * @internal
 */
export function memoryForHeap(heap: number): number {
  const sized = Math.ceil(heap + BESIDE_OLD_SPACE_MB);
  return fitsAsItIs(sized) ? Math.ceil(Math.max(heap / LAMBDA_OLD_SPACE, BESIDE_OLD_SPACE_MB / (1 - LAMBDA_OLD_SPACE))) : sized;
}

function fitsAsItIs(memorySizeMb: number): boolean {
  return memorySizeMb * LAMBDA_OLD_SPACE + BESIDE_OLD_SPACE_MB <= memorySizeMb;
}
