import { measureCosts } from './cost';
import { missingRedis } from '../equipment/redis-servers';

const describeIfThere = missingRedis() === undefined ? describe : describe.skip;

describeIfThere('What coherent memory costs the shared cache, for an invocation with 100 hits:', () => {
  let costs: Awaited<ReturnType<typeof measureCosts>>;
  const commandsOf = (coherence: string, hits: number) => costs.find((cost) => cost.coherence === coherence && cost.hits === hits)!.commands;

  beforeAll(async () => {
    costs = await measureCosts([1, 100]);
  });

  test('one small read for each invocation, however many hits', () => {
    expect(commandsOf('invocation', 1)).toBe(1);
    expect(commandsOf('invocation', 100)).toBe(1);
  });

  test('none within the bound', () => {
    expect(commandsOf('within 2 s', 1)).toBe(0);
    expect(commandsOf('within 2 s', 100)).toBeLessThan(1);
  });

  test('none with coherence off', () => {
    expect(commandsOf('off', 100)).toBe(0);
  });

  test('ten times less than reading each entry', () => {
    expect(commandsOf('memoryTtl 0', 100)).toBeGreaterThanOrEqual(10 * commandsOf('invocation', 100));
  });
});
