import { InvalidationSnapshot } from '../../../lambda-runtime/tiers/invalidation-snapshot.js';

const BEFORE = { latest: '100', floor: '5', ofGroups: [undefined], values: [] };

/** An entry of the stamp 50, whose tag was not asked about at first. */
function isInvalidated(answer: { latest?: string; floor?: string; ofTag?: string }): boolean | undefined {
  const invalidations = new InvalidationSnapshot(BEFORE, ['c:product'], 'product');
  invalidations.add(['t:red'], { latest: answer.latest, floor: answer.floor, ofGroups: [answer.ofTag], values: [] });
  return invalidations.isInvalidated('50', ['red']);
}

test.each([
  ['its tag was never invalidated', { latest: '100', floor: '5' }, false],
  ['its tag was invalidated before', { latest: '100', floor: '5', ofTag: '40' }, false],
  ['its tag was invalidated after', { latest: '100', floor: '5', ofTag: '70' }, true],
  ['another was invalidated between the two questions', { latest: '130', floor: '5' }, false],
])('%s', (_, answer, expected) => expect(isInvalidated(answer)).toBe(expected));

test.each([
  ['everything was invalidated, and the tags forgotten', { latest: '120', floor: '120' }],
  ['the server lost its account', {}],
])('nothing is known if between the two questions %s', (_, answer) => expect(isInvalidated(answer)).toBeUndefined());
