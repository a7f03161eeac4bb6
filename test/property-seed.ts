import fc from 'fast-check';

/**
 * Where random cases begin; jest loads this before every test file. A number that is always the same: a change that passes
 * today passes tomorrow. The environment variable PROPERTY_SEED gives another, or `fresh`: a new one each time, as
 * `npx projen fuzz` and `npx projen test:soak` have it. What fails names its seed.
 */
export const PROPERTY_SEED = seedOf(process.env.PROPERTY_SEED ?? '1');

fc.configureGlobal({ seed: PROPERTY_SEED });

function seedOf(said: string): number {
  const seed = said === 'fresh' ? Math.floor(Math.random() * 2 ** 31) : Number(said);
  if (!Number.isInteger(seed)) {
    throw new Error(`PROPERTY_SEED is '${said}'. It must be a whole number, or 'fresh'.`);
  }
  return seed;
}
