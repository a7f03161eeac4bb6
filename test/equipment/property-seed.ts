import fc from 'fast-check';

/**
 * The seed of random cases; jest loads this before every test file. It is constant, so that a change that passes today passes
 * tomorrow. The environment variable PROPERTY_SEED sets another, or `fresh`: a new one each time, as in `npx projen fuzz` and
 * `npx projen test:soak`. Failures name their seed.
 */
export const PROPERTY_SEED = seedOf(process.env.PROPERTY_SEED ?? '1');

fc.configureGlobal({ seed: PROPERTY_SEED });

function seedOf(text: string): number {
  const seed = text === 'fresh' ? Math.floor(Math.random() * 2 ** 31) : Number(text);
  if (!Number.isInteger(seed)) {
    throw new Error(`PROPERTY_SEED is '${text}'. It must be a whole number, or 'fresh'.`);
  }
  return seed;
}
