import type { Envelope } from '../../../lambda-runtime/shared/envelope.js';
import { indexTagsOf, InvalidationSnapshot } from '../../../lambda-runtime/shared/invalidation-snapshot.js';

const BEFORE = { latest: '100', lowWaterMark: '5', ofIndexTags: [undefined], values: [] };

/** An entry with version 50, whose tag was not in the first request. */
function isInvalidated(answer: { latest?: string; lowWaterMark?: string; ofTag?: string }): boolean | undefined {
  const invalidations = new InvalidationSnapshot(BEFORE, ['c:product'], 'product');
  invalidations.add(['t:red'], { latest: answer.latest, lowWaterMark: answer.lowWaterMark, ofIndexTags: [answer.ofTag], values: [] });
  return invalidations.isInvalidated('50', ['red']);
}

test.each([
  ['its tag was never invalidated', { latest: '100', lowWaterMark: '5' }, false],
  ['its tag was invalidated before', { latest: '100', lowWaterMark: '5', ofTag: '40' }, false],
  ['its tag was invalidated after', { latest: '100', lowWaterMark: '5', ofTag: '70' }, true],
  ['another was invalidated between the two questions', { latest: '130', lowWaterMark: '5' }, false],
])('%s', (_, answer, expected) => expect(isInvalidated(answer)).toBe(expected));

test.each([
  ['everything was invalidated, and the tags forgotten', { latest: '120', lowWaterMark: '120' }],
  ['the server lost its account', {}],
])('nothing is confirmed if between the two requests %s', (_, answer) => expect(isInvalidated(answer)).toBeUndefined());

describe('one request is enough:', () => {
  const about = (latest: string, lowWaterMark: string, ofIndexTags: Record<string, string | undefined> = {}) => new InvalidationSnapshot(
    { latest, lowWaterMark, ofIndexTags: ['c:product', ...Object.keys(ofIndexTags)].map((indexTag) => ofIndexTags[indexTag]), values: [] },
    ['c:product', ...Object.keys(ofIndexTags)], 'product',
  );

  test.each([
    ['an entry that has the latest stamp is valid', about('50', '50'), '50', ['red'], false],
    ['an entry of another epoch is not', about('2:60', '2:5'), '1:50', [], true],
    ['an entry of the same epoch may be', about('1:60', '1:5'), '1:50', [], false],
    ['of the same epoch, the later stamp decides', about('1:60', '1:5', { 't:red': '1:9' }), '1:50', ['red'], false],
    ['everything was invalidated after', about('100', '51'), '50', [], true],
    ['everything was invalidated just before', about('100', '50'), '50', [], false],
    ['its tag was invalidated just before', about('100', '5', { 't:red': '50' }), '50', ['red'], false],
    ['its tag was invalidated just after', about('100', '5', { 't:red': '51' }), '50', ['red'], true],
    ['one of its tags was invalidated after, and another is not known', about('100', '5', { 't:red': '51' }), '50', ['blue', 'red'], true],
    ['one of its tags is not known', about('100', '5', { 't:red': '49' }), '50', ['blue', 'red'], undefined],
  ] as const)('%s', (_, snapshot, indexVersion, tags, expected) => expect(snapshot.isInvalidated(indexVersion, tags)).toBe(expected));

  test('its cache was invalidated later', () => {
    const snapshot = new InvalidationSnapshot({ latest: '100', lowWaterMark: '5', ofIndexTags: ['70'], values: [] }, ['c:product'], 'product');
    expect(snapshot.isInvalidated('50', [])).toBe(true);
    expect(snapshot.isInvalidated('70', [])).toBe(false);
  });
});

test('the server is asked once more about unexpected tags, if anything was invalidated since the entry was stored', () => {
  const snapshot = new InvalidationSnapshot({ latest: '100', lowWaterMark: '5', ofIndexTags: [undefined, '70'], values: [] }, ['c:product', 't:red'], 'product');
  const entry = (indexVersion: string, ...tags: string[]) => ({ indexVersion, entry: { tags } } as unknown as Envelope);
  expect(snapshot.missingIndexTags(entry('100', 'blue'))).toEqual([]);
  expect(snapshot.missingIndexTags(entry('50', 'red', 'blue', 'blue', 'green'))).toEqual(['t:blue', 't:green']);
  expect(snapshot.missingIndexTags(entry('50'))).toEqual([]);
});

test('an entry without tags has only its cache\'s index tag', () => {
  expect(indexTagsOf([])).toEqual([]);
  expect(indexTagsOf(['a', 'b', 'a'])).toEqual(['t:a', 't:b']);
});
