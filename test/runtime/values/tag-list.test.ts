import { tagsOf } from '../../../lambda-runtime/values/tags.js';

test.each<[string, unknown, { tags: readonly string[]; refused?: string }]>([
  ['one text', 'red', { tags: ['red'] }],
  ['one number', 42, { tags: ['42'] }],
  ['a list', ['red', 42, 7n], { tags: ['red', '42', '7'] }],
  ['no tags', [], { tags: [] }],
  ['nothing', undefined, { tags: [], refused: 'undefined' }],
  ['an empty string', ['red', ''], { tags: ['red'], refused: 'an empty string' }],
  ['a value that is not a number', [NaN, 'red'], { tags: ['red'], refused: 'NaN' }],
  ['no finite number', [Infinity], { tags: [], refused: 'Infinity' }],
  ['null', [null], { tags: [], refused: 'null' }],
  ['a boolean', [true], { tags: [], refused: 'true' }],
  ['an object', [{}], { tags: [], refused: 'an object' }],
  ['a function, which may have secrets in its text', [() => 'secret'], { tags: [], refused: 'a function' }],
  ['a symbol', [Symbol('red')], { tags: [], refused: 'a symbol' }],
  ['a hole', Array(1), { tags: [], refused: 'undefined' }],
  ['the first of several that are no tags', ['red', {}, ''], { tags: ['red'], refused: 'an object' }],
  ['what refuses to be looked at', new Proxy([], { get: () => { throw new Error('no'); } }), { tags: [], refused: 'something unreadable' }],
])('%s', (_, given, list) => {
  expect(tagsOf(given)).toEqual(list);
});
