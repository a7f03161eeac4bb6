import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { EventFields } from '../../lambda-runtime/http/events/event-fields.js';

test('fields are found by their lower-case names, in any order and spelling that clients send', () => {
  for (const names of [['Host', 'x-a'], ['host', 'X-A'], ['x-a', 'Host'], ['HOST', 'x-a'], ['Host'], []]) {
    const single = Object.fromEntries(names.map((name) => [name, name]));
    const multi = Object.fromEntries(names.map((name) => [name, [name]]));
    for (const fields of [EventFields.of(single, undefined)!, EventFields.of(single, multi)!, EventFields.of(undefined, multi)!]) {
      expect([...fields].sort()).toEqual(names.map((name) => [name.toLowerCase(), [name]]).sort());
      expect(names.map((name) => fields.get(name.toLowerCase()))).toEqual(names.map((name) => [name]));
      expect([fields.has('x-b'), fields.get('x-b'), fields.get('constructor'), fields.has('__proto__')]).toEqual([false, undefined, undefined, false]);
    }
  }
});

test('a name that occurs in two spellings, or in one map only, needs both', () => {
  expect(EventFields.of({ a: '1', A: '2' }, undefined)).toBeUndefined();
  expect(EventFields.of({ a: '1', b: '2' }, { a: ['1'] })).toBeUndefined();
});

const COMMON = Array.from({ length: 900 }, (_, i) => `n${i}`);

test.each<[string, (request: number) => string[]]>([
  ['long lists', (request) => [...COMMON, `x${request}`]],
  ['different lists', (request) => [`a${request}`, ...COMMON.slice(0, 40)]],
])('%s of names that clients invent take a bounded amount of memory', (_, namesOf) => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const heap = () => {
    gc();
    gc();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  for (let request = 0; request < 800; request++) {
    EventFields.of(Object.fromEntries(namesOf(request).map((name) => [name, ''])), undefined);
  }
  expect(heap() - before).toBeLessThan(6_000_000);
});
