import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { currentInvocation, Invocation, runInvocation, takeOutsideInvocations } from '../../../lambda-runtime/lambda/invocation.js';

/** What the invocation counted of the first cache; ends it. */
const hitsOf = (invocation: Invocation) => invocation.close().reduce((sum, counters) => sum + (counters?.hits ?? 0), 0);

const hit = () => {
  currentInvocation().countersOf(0).hits++;
};

beforeEach(() => {
  takeOutsideInvocations();
});

describe('counts', () => {
  test('of overlapping invocations never mix', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.array(fc.nat(3), { maxLength: 5 }), { minLength: 2, maxLength: 5 }), async (plans) => {
      const invocations = plans.map((_, index) => new Invocation(`request-${index}`));
      await Promise.all(invocations.map((invocation, index) => runInvocation(invocation, async () => {
        for (const turns of plans[index]) {
          for (let turn = 0; turn < turns; turn++) {
            await nextTurn();
          }
          hit();
        }
      })));
      expect(invocations.map(hitsOf)).toEqual(plans.map(({ length }) => length));
      expect(hitsOf(takeOutsideInvocations())).toBe(0);
    }), { numRuns: 30 });
  });

  test('of INIT wait for the first invocation to end', () => {
    hit();
    hit();
    expect(hitsOf(takeOutsideInvocations())).toBe(2);
    expect(hitsOf(takeOutsideInvocations())).toBe(0);
  });

  test('of work that a handler left behind are written after the next invocation, not with it', async () => {
    const first = new Invocation('first');
    let leftBehind!: Promise<void>;
    runInvocation(first, () => {
      hit();
      leftBehind = nextTurn().then(hit);
    });
    expect(hitsOf(first)).toBe(1);
    await leftBehind;

    const second = new Invocation('second');
    runInvocation(second, hit);
    expect(hitsOf(second)).toBe(1);
    expect(hitsOf(takeOutsideInvocations())).toBe(1);
  });

  test('of a closed invocation no longer change', () => {
    const invocation = new Invocation('request');
    runInvocation(invocation, hit);
    const closed = invocation.close();
    runInvocation(invocation, hit);
    expect(closed.map((counters) => counters?.hits)).toEqual([1]);
    expect(hitsOf(takeOutsideInvocations())).toBe(1);
  });

  test('of several caches are separate, and unused caches are not in them', () => {
    const invocation = new Invocation('request');
    runInvocation(invocation, () => {
      currentInvocation().countersOf(3).misses++;
      currentInvocation().countersOf(1).hits += 2;
    });
    const closed = invocation.close();
    expect(Object.keys(closed)).toEqual(['1', '3']);
    expect(closed[1]).toMatchObject({ hits: 2, misses: 0 });
    expect(closed[3]).toMatchObject({ hits: 0, misses: 1 });
  });
});
