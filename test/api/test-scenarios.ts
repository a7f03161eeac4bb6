import type { Harness } from './harness';
import { runScenario } from './run-scenario';
import type { Capability } from './scenario';
import { SCENARIOS } from './scenarios';

/** Runs every scenario that the harness has what it takes for, or only those that need something in particular. */
export function testScenarios(harness: Harness, { needing }: { readonly needing?: Capability } = {}): void {
  const describeIfThere = harness.missing === undefined ? describe : describe.skip;

  describeIfThere(harness.name, () => {
    beforeAll(() => harness.start?.());
    afterAll(() => harness.stop?.());

    describe.each(Object.entries(SCENARIOS))('%s', (_, scenarios) => {
      const possible = scenarios.filter(({ needs = [], anyMemory = false }) => needs.every((need) => harness.has.includes(need))
        && (needing === undefined || needs.includes(needing))
        && (anyMemory || !harness.has.includes('workers')));
      if (possible.length > 0) {
        test.each(possible.map((scenario) => [scenario.name, scenario] as const))('%s', (__, scenario) => runScenario(scenario, harness));
      }
    });
  });
}
