import type { CaseResult } from './case';
import type { NodeVersion } from './function';
import { runMatrix } from './matrix';
import { TOPOLOGIES } from './topologies';
import { type FaultName, FAULTS, type RunningTopology, type Topology } from './topology';
import { missingParts } from '../../tools/lambda-emulator';

const describeOnLambda = missingParts().length === 0 ? describe : describe.skip;

/** Counts must not depend on how busy the machine is: deadlines that a healthy tier always meets. */
function patient(topology: Topology): Topology {
  return {
    ...topology,
    start: async () => {
      const running = await topology.start();
      const { settings: { shared, dax } } = running;
      const settings: RunningTopology['settings'] = {
        ...(shared !== undefined && { shared: { ...shared, timeoutMs: 400, connectTimeoutMs: 1_000, budgetMs: 2_000 } }),
        ...(dax !== undefined && { dax: { ...dax, readTimeoutMs: 1_000, connectTimeoutMs: 2_000, budgetMs: 4_000 } }),
      };
      return Object.create(running, { settings: { value: settings } }) as RunningTopology;
    },
  };
}

/** A part of `npx projen faults` that shows each kind of fault somewhere. */
const PART: readonly [tier: string, node: NodeVersion, faults: readonly FaultName[]][] = [
  ['Redis, replica', 22, ['absent at start', 'closed while frozen', 'black-holed while frozen', 'failed over', 'READONLY', 'OOM', 'garbage in an entry', 'oversized value']],
  ['Redis, TLS, password', 24, ['black-holed mid-call', 'wrong password', 'password changed', 'wrong certificate', 'garbage on the wire']],
  ['Redis cluster, TLS, password', 24, ['reset', 'resharded', 'failed over']],
  ['DAX', 22, ['closed while frozen', 'failed over', 'throttled', 'expired token', 'garbage on the wire']],
];

describeOnLambda('faults of a shared tier', () => {
  for (const [tier, node, faults] of PART) {
    const topology = TOPOLOGIES.find(({ name }) => name === tier)!;
    (topology.missing === undefined ? test : test.skip)(`${tier} on Node.js ${node}: the handler gets the origin's answers, and the tier heals`, async () => {
      const results = await runMatrix({ topologies: [patient(topology)], nodes: [node], faults });
      expect(results.map(({ fault }) => fault)).toEqual(FAULTS.filter((fault) => faults.includes(fault)));
      // Healed: the probe is answered, or the call after it.
      const isGood = ({ handlerErrors, wrongValues, healedAfterCalls }: CaseResult) =>
        handlerErrors === 0 && wrongValues === 0 && healedAfterCalls !== null && healedAfterCalls <= 1;
      expect(results.filter((result) => !isGood(result))).toEqual([]);
    }, 180_000);
  }
});
