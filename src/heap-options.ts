import { Token } from 'aws-cdk-lib';

/**
 * What a Node.js process needs beside V8's old space: the runtime client idles at 45 to 50 MB, the rest is the young space
 * and what V8 takes while it collects (measured: with 64 MB, the test below is killed every other time).
 */
const BESIDE_OLD_SPACE_MB = 72;

/** The share of the memory that Lambda gives to V8's old space. */
const LAMBDA_OLD_SPACE = 0.9;

/** The share for each half of V8's young space; Lambda's is 1/20, which in a small function is better spent on the old space. */
const SEMI_SPACE = 1 / 64;

/**
 * The size of V8's old space, in MB, that a function gets from us or from Lambda.
 *
 * @internal
 */
export function oldSpaceMb(memorySizeMb: number): number {
  return Math.min(memorySizeMb * LAMBDA_OLD_SPACE, memorySizeMb - BESIDE_OLD_SPACE_MB);
}

/**
 * NODE_OPTIONS that keep a small function within its memory.
 *
 * Lambda lets V8 fill 90 % of a function's memory before it collects in earnest, and in a small function the process itself
 * needs more than the rest. A cache at its bound makes just the garbage for that: entries that grew old. Fed 2 GB of
 * distinct values, a 128 MB function is killed without these, and is not with them (test/main-path.test.ts).
 *
 * @returns undefined where Lambda's own sizes fit, or somebody has set others
 *
 * @internal
 */
export function heapOptions(memorySizeMb: number, nodeOptions = ''): string | undefined {
  const fits = memorySizeMb * LAMBDA_OLD_SPACE + BESIDE_OLD_SPACE_MB <= memorySizeMb;
  if (Token.isUnresolved(memorySizeMb) || fits || Token.isUnresolved(nodeOptions) || /--max[-_](old|semi)[-_]space[-_]size/.test(nodeOptions)) {
    return undefined;
  }
  const sizes = `--max-old-space-size=${memorySizeMb - BESIDE_OLD_SPACE_MB} --max-semi-space-size=${Math.floor(memorySizeMb * SEMI_SPACE)}`;
  return nodeOptions === '' ? sizes : `${nodeOptions} ${sizes}`;
}
