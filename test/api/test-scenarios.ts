import { runScenario } from './run-scenario';
import type { Capability } from './scenario';
import { SCENARIOS } from './scenarios';
import type { Surrounding } from './surrounding';

/** Runs every scenario that the surrounding has what it takes for, or only those that need something in particular. */
export function testScenarios(surrounding: Surrounding, { needing }: { readonly needing?: Capability } = {}): void {
  const describeIfThere = surrounding.missing === undefined ? describe : describe.skip;

  describeIfThere(surrounding.name, () => {
    beforeAll(() => surrounding.start?.());
    afterAll(() => surrounding.stop?.());

    describe.each(Object.entries(SCENARIOS))('%s', (_, scenarios) => {
      const possible = scenarios.filter(({ needs = [], anyMemory = false }) => needs.every((need) => surrounding.has.includes(need))
        && (needing === undefined || needs.includes(needing))
        && (anyMemory || !surrounding.has.includes('workers')));
      if (possible.length > 0) {
        test.each(possible.map((scenario) => [scenario.name, scenario] as const))('%s', (__, scenario) => runScenario(scenario, surrounding));
      }
    });
  });
}
