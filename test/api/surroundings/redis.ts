import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { EmulatedEnvironment } from './layer';
import { newServerClock, serverVariables } from './server-clock';
import { PATIENT } from '../../fleet/backend';
import { missingParts } from '../../lambda-emulator';
import { type FakeClock, missingFakeClock } from '../../lambda-emulator/fake-clock';
import { missingRedis, type RedisServer, startRedis } from '../../redis-servers';
import type { Surrounding } from '../surrounding';

/** The layer in functions that share a Redis server. */
export class LayerWithRedis implements Surrounding {
  public readonly name: string;
  public readonly missing = [...missingParts(), missingRedis(), missingFakeClock()].filter(Boolean).join('\n') || undefined;
  public readonly has = ['lambda', 'freeze', 'fleet', 'redis'] as const;
  public redis!: RedisServer;
  public clock!: FakeClock;

  public constructor(private readonly runtime: Runtime) {
    this.name = `the layer with Redis on ${runtime.name}`;
  }

  public async start(): Promise<void> {
    this.clock = newServerClock();
    this.redis = await startRedis({ variables: serverVariables(this.clock) });
  }

  public async clear(): Promise<void> {
    await this.redis.call('CONFIG', 'SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
    await this.redis.call('ACL', 'SETUSER', 'default', '+@all');
    await this.redis.call('FLUSHALL');
  }

  public async stop(): Promise<void> {
    await this.redis.stop();
  }

  public environment: Surrounding['environment'] = (scenario, start) => EmulatedEnvironment.start(scenario, start, this.runtime, {
    settings: { kind: 'redis', host: '127.0.0.1', port: this.redis.port, ...PATIENT },
    stop: () => Promise.resolve(),
  });
}
