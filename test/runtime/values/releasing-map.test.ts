import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { ReleasingMap } from '../../../lambda-runtime/values/releasing-map.js';

const MEBIBYTE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

/** The bytes that some hundred live values leave behind when others have replaced them a hundred times, without a full collection. */
function bytesLeftBy(map: { set(key: string, value: unknown): unknown; delete(key: string): boolean }): number {
  const LIVE = 500;
  const fill = (round: number) => {
    for (let i = 0; i < LIVE; i++) {
      map.set(`${round}-${i}`, Array.from({ length: 16 }, () => round + i));
      map.delete(`${round - 1}-${i}`);
    }
  };
  fill(0);
  // Whatever is alive now is in the old generation afterwards.
  collect();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let round = 1; round <= 100; round++) {
    fill(round);
  }
  collect({ type: 'minor' });
  collect({ type: 'minor' });
  return process.memoryUsage().heapUsed - before;
}

test('deleted values need no full collection, as they do in a Map', () => {
  expect(bytesLeftBy(new Map())).toBeGreaterThan(5 * MEBIBYTE);
  expect(bytesLeftBy(new ReleasingMap())).toBeLessThan(2 * MEBIBYTE);
});

test('otherwise it is a Map', () => {
  const operation = fc.tuple(fc.constantFrom('set', 'delete', 'get'), fc.nat(5));
  fc.assert(fc.property(fc.array(operation), (operations) => {
    const map = new Map<number, object>();
    const releasing = new ReleasingMap<number, object>();
    for (const [name, key] of operations) {
      const value = {};
      if (name === 'set') {
        map.set(key, value);
        releasing.set(key, value);
      } else {
        expect(releasing[name as 'get' | 'delete'](key)).toBe(map[name as 'get' | 'delete'](key));
      }
      expect([releasing.size, ...releasing.keys()]).toEqual([map.size, ...map.keys()]);
    }
  }));
});
