import { type Baseline, CALLS, Case, type CaseResult } from './case';
import { connected, functionOf, functionWithoutTier, type NodeVersion, on } from './function';
import { type FaultName, FAULTS, type RunningTopology, type Topology } from './topology';
import { type FunctionDefinition, LambdaEmulator } from '../../tools/lambda-emulator';

/** What is left out, and why. */
export interface LeftOut {
  readonly tier: string;
  readonly fault: FaultName;
  readonly reason: string;
}

export interface MatrixOptions {
  readonly topologies: readonly Topology[];
  readonly nodes: readonly NodeVersion[];
  readonly faults?: readonly FaultName[];
  /**
   * How often a case is tried that is not good: what a busy machine delayed is in time the next time, what the runtime does wrong is
   * wrong again. The best counts, but for errors and wrong values: of these the sum.
   *
   * @default 1
   */
  readonly tries?: number;
  readonly isGood?: (result: CaseResult) => boolean;
  readonly onResult?: (result: CaseResult) => void;
  readonly onLeftOut?: (leftOut: LeftOut) => void;
}

/** Runs every fault on every topology and version of Node.js. */
export async function runMatrix(options: MatrixOptions): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const baselines = new Map<string, Baseline>();
  for (const topology of options.topologies) {
    const running = await topology.start();
    try {
      const definition = connected(functionOf(topology), running);
      for (const node of options.nodes) {
        const measured = `${topology.subject.handler} ${node}`;
        if (!baselines.has(measured)) {
          const plain = connected(functionWithoutTier(topology.subject), { settings: {}, variables: running.variables });
          baselines.set(measured, await measureBaseline(on(node, plain)));
        }
        const lambda = await LambdaEmulator.start(on(node, definition), { maxEnvironments: 1 });
        try {
          await runFaults(topology, node, running, lambda, baselines.get(measured)!, options, results);
        } finally {
          await lambda.stop();
        }
      }
    } finally {
      await running.stop();
    }
  }
  return results;
}

async function runFaults(
  { name: tier, subject }: Topology, node: NodeVersion, running: RunningTopology, lambda: LambdaEmulator, baseline: Baseline,
  options: MatrixOptions, results: CaseResult[],
): Promise<void> {
  const { faults = FAULTS, tries = 1, isGood = () => true, nodes, onLeftOut, onResult } = options;
  for (const fault of FAULTS.filter((each) => faults.includes(each))) {
    const found = running.faults[fault];
    if (typeof found === 'string') {
      if (node === nodes[0]) {
        onLeftOut?.({ tier, fault, reason: found });
      }
      continue;
    }
    let result: CaseResult | undefined;
    for (let i = 0; i < tries && (result === undefined || !isGood(result)); i++) {
      const again = { tier, fault, node, ...await new Case(lambda, running, baseline, subject).run(found) };
      result = result === undefined ? again : merge(result, again);
    }
    results.push(result!);
    onResult?.(result!);
  }
}

function merge(one: CaseResult, two: CaseResult): CaseResult {
  const { healedAfterCalls: a } = one;
  const { healedAfterCalls: b } = two;
  return {
    ...one,
    handlerErrors: one.handlerErrors + two.handlerErrors,
    wrongValues: one.wrongValues + two.wrongValues,
    maxExtraMs: Math.min(one.maxExtraMs, two.maxExtraMs),
    healedAfterCalls: a === null || b === null ? null : Math.min(a, b),
  };
}

async function measureBaseline(definition: FunctionDefinition): Promise<Baseline> {
  const lambda = await LambdaEmulator.start(definition, { maxEnvironments: 1 });
  try {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let environment = 0; environment < 3; environment++) {
      for (let n = 0; n <= CALLS; n++) {
        const { responseMs, initMs = 0 } = await lambda.invoke({ n });
        (n === 0 ? cold : warm).push(responseMs - initMs);
      }
      await lambda.recycle();
    }
    return { coldMs: median(cold), warmMs: median(warm) };
  } finally {
    await lambda.stop();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
