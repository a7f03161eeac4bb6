/** Items for the twins, of all kinds of attributes, in two partitions. */
export const ITEMS = [1, 2, 3, 4, 5].map((n) => ({
  p: { S: n < 4 ? 'a' : 'b' },
  s: { N: String(n) },
  kind: { S: n % 2 === 0 ? 'even' : 'odd' },
  rank: { N: String(10 - n) },
  title: { S: `name ${n}` },
  pieces: { L: [{ N: '1' }, { S: 'two' }, { M: { deep: { SS: ['x', 'y'] } } }] },
  nest: { M: { twig: { M: { x: { B: Buffer.of(n) } } } } },
  amount: { N: String(n * 1.5) },
  tints: { SS: ['red', 'blue'] },
  numbers: { NS: ['1', '2.5', '1E30'] },
}));

/** One of them, and one that is not there. */
export const KEY = { p: { S: 'a' }, s: { N: '2' } };
export const NOBODY = { p: { S: 'nobody' }, s: { N: '-0.5' } };
