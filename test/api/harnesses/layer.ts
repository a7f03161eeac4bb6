import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { type Dax, functionOf } from './function';
import { MODE_VARIABLE } from '../../../src/contract/runtime-settings';
import { LambdaEmulator, missingParts } from '../../../tools/lambda-emulator';
import type { Topology } from '../../fleet/backend';
import type { EnvironmentStart, Event, Outcome, Harness, TestedEnvironment } from '../harness';
import type { Scenario } from '../scenario';

/** The layer in a function on Lambda's own runtime client. */
export const LAYER: Harness = {
  name: 'the layer, memory only',
  missing: missingParts().join('\n') || undefined,
  has: ['lambda', 'freeze', 'own clock'],
  environment: (scenario, start) => EmulatedEnvironment.start(scenario, start, Runtime.NODEJS_24_X),
};

const LONGEST_WAIT_MS = 30_000;

/** An environment of its own for each tenant, as Lambda has it. */
export class EmulatedEnvironment implements TestedEnvironment {
  private readonly reached = new Set<string | undefined>();

  private constructor(private readonly emulator: LambdaEmulator, private readonly waitsForTier: boolean) {}

  public static async start(scenario: Scenario, start: EnvironmentStart, runtime: Runtime, tier?: Topology, dax?: Dax): Promise<EmulatedEnvironment> {
    return new EmulatedEnvironment(
      await LambdaEmulator.start(functionOf(scenario, start, runtime, tier, dax), { fastInit: true }),
      tier !== undefined && scenario.variables?.[MODE_VARIABLE]?.toLowerCase() !== 'off' && !scenario.atOnce,
    );
  }

  public async handle([{ call, tenant }, ...others]: readonly Event[]): Promise<readonly Outcome[]> {
    if (others.length > 0) {
      throw new Error('An environment of Lambda handles one event at a time.');
    }
    const before = await this.reachTier(tenant);
    const { payload, functionError, stdout, stderr } = await this.emulator.invoke({ call }, { tenantId: tenant });
    return [{
      ...(functionError === undefined ? { answer: payload } : { error: functionError }),
      lines: [...before, ...stdout, ...stderr],
    }];
  }

  public async stop(): Promise<void> {
    await this.emulator.stop();
  }

  /** A connection takes its time, and what is loaded before is not shared. */
  private async reachTier(tenant: string | undefined): Promise<string[]> {
    const lines: string[] = [];
    if (this.waitsForTier && !this.reached.has(tenant)) {
      this.reached.add(tenant);
      const end = Date.now() + LONGEST_WAIT_MS;
      for (let isReached: unknown = false; isReached !== true;) {
        if (Date.now() > end) {
          throw new Error(`The shared tier was not reached in ${LONGEST_WAIT_MS} ms:\n${lines.join('\n')}`);
        }
        const { payload, stdout, stderr } = await this.emulator.invoke({ call: ['isTierReached'] }, { tenantId: tenant });
        isReached = payload;
        lines.push(...stdout, ...stderr);
      }
    }
    return lines;
  }
}
