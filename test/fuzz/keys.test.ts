import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { FUZZ_TIMEOUT, fuzz } from './fuzz';
import { keyOf, keyText, MAX_KEY_LENGTH } from '../../lambda-runtime/values/key.js';
import { build, type Plan, plan, replaced, reversed } from '../runtime/values/plain-data.js';

/** What callers pass: a key of bounded length, the same for the same arguments and for no others, or an error and thereby no caching. */

const args = fc.array(plan, { maxLength: 3 });
const built = (plans: readonly Plan[], forComparison = false) => plans.map((each) => build(each, { forComparison }));

test('arguments have the same key exactly if they have the same content', () => {
  const pair = fc.oneof(
    fc.tuple(args, args),
    fc.tuple(args.filter(({ length }) => length > 0), fc.array(fc.nat(2), { maxLength: 3 }), plan)
      .map(([list, path, by]) => [list, [replaced(list[0], path, by), ...list.slice(1)]] as const),
  );
  fuzz(pair, ([one, other]) => {
    const [first, second] = [keyOf(built(one)), keyOf(built(other))];
    expect(first === second).toBe(isDeepStrictEqual(built(one, true), built(other, true)));
    expect(keyText(first) === keyText(second)).toBe(first === second);
    expect(keyOf(built(one.map(reversed)))).toBe(first);
  });
}, FUZZ_TIMEOUT);

test('any argument has a key, or is rejected', () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  });
  fuzz(fc.array(anything, { maxLength: 3 }), (list) => {
    let text: string;
    try {
      text = keyText(keyOf(list));
    } catch (error) {
      expect(error).toHaveProperty('name', 'NotPlainDataError');
      return;
    }
    expect(text.length).toBeLessThanOrEqual(MAX_KEY_LENGTH);
    expect(text.isWellFormed()).toBe(true);
    expect(keyText(keyOf(structuredClone(list)))).toBe(text);
  });
}, FUZZ_TIMEOUT);
