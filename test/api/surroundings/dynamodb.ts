import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { EmulatedEnvironment } from './layer';
import { newServerClock, serverVariables } from './server-clock';
import { DYNAMODB, type DynamoDbBackend, startDynamoDb } from '../../fleet/dynamodb-backend';
import { missingParts } from '../../lambda-emulator';
import { type FakeClock, missingFakeClock } from '../../lambda-emulator/fake-clock';
import type { Surrounding } from '../surrounding';

/** The layer in functions that share a table of DynamoDB. */
export class LayerWithDynamoDb implements Surrounding {
  public readonly name = 'the layer with DynamoDB';
  public readonly missing = [...missingParts(), DYNAMODB.missing, missingFakeClock()].filter(Boolean).join('\n') || undefined;
  public readonly has = ['lambda', 'freeze', 'fleet', 'dynamodb'] as const;
  public clock!: FakeClock;
  private backend!: DynamoDbBackend;

  public async start(): Promise<void> {
    this.clock = newServerClock();
    this.backend = await startDynamoDb(undefined, { variables: serverVariables(this.clock) });
  }

  public clear(): Promise<void> {
    return this.backend.clear();
  }

  public stop(): Promise<void> {
    return this.backend.stop();
  }

  public environment: Surrounding['environment'] = (scenario, start) =>
    EmulatedEnvironment.start(scenario, start, Runtime.NODEJS_24_X, this.backend);
}
