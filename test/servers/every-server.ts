/**
 * `npx projen servers`: the built layer with each kind of server at hand, and the table of those that work in
 * docs/guide/choosing-a-tier.md. Every scenario that environments need a shared tier for runs on each.
 */
import { SERVERS } from './kinds';
import { type Row, writeTable } from './table';
import { LayerWithTier } from '../api/harnesses/layer-with-tier';
import { runScenario } from '../api/run-scenario';
import { SCENARIOS } from '../api/scenarios';

const rows: Row[] = [];

afterAll(() => writeTable(rows, SERVERS.map(({ name }) => name)));

for (const { name, kind, version, problem } of SERVERS) {
  const harness = new LayerWithTier(kind);
  if (harness.missing !== undefined) {
    process.stderr.write(`${name} is left out. ${harness.missing}\n`);
    test.skip(name, () => {});
    continue;
  }

  test(`${name} ${problem === undefined ? 'works' : `does not work: ${problem}`}`, async () => {
    await harness.start();
    const failures: string[] = [];
    try {
      for (const scenario of Object.values(SCENARIOS).flat()) {
        const { needs = [] } = scenario;
        if (needs.includes('fleet') && needs.every((need) => harness.has.includes(need))) {
          await runScenario(scenario, harness).catch((error: Error) => failures.push(`${scenario.name}: ${error.message}`));
        }
      }
    } finally {
      await harness.stop();
    }
    const result = failures.length === 0 ? 'works' : `does not work: ${problem ?? failures[0].split('\n')[0]}`;
    rows.push({ server: name, version: await version(), result });
    process.stderr.write(failures.map((failure) => `${name}: ${failure}\n`).join(''));
    expect(failures).toHaveLength(problem === undefined ? 0 : Math.max(failures.length, 1));
  }, 900_000);
}
