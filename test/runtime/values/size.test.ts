import { sizeOfString } from '../../../lambda-runtime/values/size.js';
import { snapshot } from '../../../lambda-runtime/values/snapshot.js';

const estimate = (value: unknown) => snapshot(value).bytes;

describe('a value\'s estimated size', () => {
  test('grows with the value\'s content', () => {
    expect(estimate('x'.repeat(2_000)) - estimate('x'.repeat(1_000))).toBe(1_000);
    expect(estimate(Buffer.alloc(5_000))).toBeGreaterThan(5_000);
    expect(estimate(new Array(1_000).fill(0))).toBeGreaterThan(8_000);
    expect(estimate(new Map(Array.from({ length: 100 }, (_, i) => [i, i])))).toBeGreaterThan(100 * 16);
    expect(estimate([{ a: 'x'.repeat(1_000) }])).toBeGreaterThan(1_000);
  });

  test('has two bytes a character if a string needs them', () => {
    expect(sizeOfString('é'.repeat(100))).toBe(120);
    expect(sizeOfString('ā'.repeat(100))).toBe(216);
    expect(sizeOfString(`${'x'.repeat(99)}€`)).toBe(216);
  });

  test('counts an object with two references once', () => {
    const shared = { text: 'x'.repeat(10_000) };
    expect(estimate([shared, shared])).toBeLessThan(11_000);
  });

  test('is never zero for an object', () => {
    for (const value of [{}, [], new Date(), new Map(), new Set(), Buffer.alloc(0)]) {
      expect(estimate(value)).toBeGreaterThan(0);
    }
  });
});
