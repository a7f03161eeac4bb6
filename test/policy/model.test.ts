import fc from 'fast-check';
import { Run } from './model/run';
import { anyScenario, plainScenario, type Scenario } from './model/steps';
import { fakeTimers } from '../equipment/cache-fixture';

/** In CI; `npx projen test:soak` runs more. */
const CASES = Number(process.env.CASES ?? 2_000);

/** Of a cache with nothing but a ttl, which needs fewer. */
const PLAIN_CASES = Math.max(Math.min(CASES, 30), Math.ceil(CASES / 10));

beforeEach(fakeTimers);

function assertAll(scenarios: fc.Arbitrary<Scenario>, numRuns: number): Promise<void> {
  return fc.assert(fc.asyncProperty(scenarios, (scenario) => new Run(scenario).steps()), { numRuns });
}

test(`in any order of events, every promise is kept (${CASES} cases)`, () => assertAll(anyScenario, CASES), 20_000 + CASES * 20);

test('the same is true for a cache with only a ttl', () => assertAll(plainScenario, PLAIN_CASES), 20_000 + CASES * 20);
