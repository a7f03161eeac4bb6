import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { EmulatedEnvironment } from './layer';
import { TierClock } from './server-clock';
import { missingParts } from '../../../tools/lambda-emulator';
import { type ClockMode, missingFakeClock } from '../../../tools/lambda-emulator/fake-clock';
import type { Topology } from '../../fleet/backend';
import type { Harness, TestedTier } from '../harness';
import type { Capability } from '../scenario';

export type StartedTier = TestedTier & Topology;

/** A kind of shared cache. */
export interface TierKind {
  readonly name: string;
  /** What scenarios can do with it. */
  readonly has: readonly Capability[];
  /** What this machine lacks to start it. */
  readonly missing: string | undefined;
  readonly clock: ClockMode;
  /** @param variables - what its servers need in their environment to follow the clock */
  start(variables: NodeJS.ProcessEnv): Promise<StartedTier>;
}

/** The layer in functions that share a cache. */
export class LayerWithTier implements Harness {
  public readonly name: string;
  public readonly missing: string | undefined;
  public readonly has: readonly Capability[];
  public tier!: StartedTier;
  public clock!: TierClock;

  public constructor(private readonly kind: TierKind, private readonly runtime = Runtime.NODEJS_24_X) {
    this.name = `the layer with ${kind.name} on ${runtime.name}`;
    this.missing = [...missingParts(), kind.missing, missingFakeClock()].filter(Boolean).join('\n') || undefined;
    this.has = ['lambda', 'freeze', 'fleet', ...kind.has];
  }

  public async start(): Promise<void> {
    this.clock = new TierClock(this.kind.clock);
    this.tier = await this.kind.start(this.clock.variables);
  }

  public async stop(): Promise<void> {
    await this.tier.stop();
  }

  public environment: Harness['environment'] = (scenario, start) => EmulatedEnvironment.start(scenario, start, this.runtime, this.tier);
}
