import { AROUND, EVERYTHING } from './actions';
import { explore } from './explorer';
import { SAFEGUARDS } from './removed-safeguards';

/** How many actions follow each other. `EXPLORED=6` goes further; docs/coherence.md has the results. */
const AROUND_DEPTH = Number(process.env.EXPLORED ?? 4);
const DEPTH = AROUND_DEPTH - 2;

const BOUND_MS = 1_000;
const STARTS = [['with both keys in the memory of both environments', ['A', 'B']], ['with both keys in the memory of one', ['A']], ['with nothing', []]] as const;

describe('No hit is older than promised, in any order of events', () => {
  describe.each(STARTS)('%s:', (_, warm) => {
    test(`everything, ${DEPTH} actions long`, async () => {
      const { found } = await explore({ actions: EVERYTHING, depth: DEPTH, boundMs: 0, warm });
      expect(found).toBeUndefined();
    }, 3_600_000);

    test.each(Object.entries(AROUND))(`around %s, ${AROUND_DEPTH} actions long`, async (topic, actions) => {
      const { found } = await explore({ actions, depth: AROUND_DEPTH, boundMs: ['leases', 'clocks'].includes(topic) ? BOUND_MS : 0, warm });
      expect(found).toBeUndefined();
    }, 3_600_000);
  });
});

describe('Each safeguard is needed. Without it, the explorer finds a hit older than promised:', () => {
  test.each(Object.entries(SAFEGUARDS))('%s', async (_, { remove, exploration }) => {
    const restore = remove();
    try {
      const { found, worlds } = await explore(exploration);
      if (process.env.SHOW) process.stdout.write(`${_}: ${worlds} ${JSON.stringify(found)}\n`);
      expect(found).toBeDefined();
    } finally {
      restore();
    }
  }, 600_000);
});
