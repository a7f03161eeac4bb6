import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { EmulatedEnvironment } from './layer';
import { emptyThings, newThings } from './things-table';
import { missingParts } from '../../../tools/lambda-emulator';
import { DaxServer } from '../../equipment/dax-server';
import { type DynamoDbLocal, missingDynamoDbLocal, startDynamoDbLocal } from '../../equipment/dynamodb-local';
import type { Harness } from '../harness';

/** The layer in functions whose document client uses DAX, with DynamoDB behind it. */
export class LayerWithDax implements Harness {
  public readonly name = 'the layer with DAX';
  public readonly missing = [...missingParts(), missingDynamoDbLocal()].filter(Boolean).join('\n') || undefined;
  public readonly has = ['lambda', 'freeze', 'table', 'dax'] as const;
  private database!: DynamoDbLocal;
  private dax!: DaxServer;

  public async start(): Promise<void> {
    this.database = await startDynamoDbLocal();
    await newThings(this.database.client());
    this.dax = await DaxServer.start({ origin: this.database.client() });
  }

  public async clear(): Promise<void> {
    await emptyThings(this.database.client());
    this.dax.clearCaches();
  }

  public async stop(): Promise<void> {
    await this.dax.stop();
    await this.database.stop();
  }

  public environment: Harness['environment'] = (scenario, start) =>
    EmulatedEnvironment.start(scenario, start, Runtime.NODEJS_24_X, undefined, {
      endpoint: this.dax.endpoint,
      environment: this.database.environment(),
    });
}
