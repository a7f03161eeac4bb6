import { emptyThings, newThings } from './things-table';
import { type DynamoDbLocal, missingDynamoDbLocal, startDynamoDbLocal } from '../../equipment/dynamodb-local';
import type { Harness } from '../harness';
import type { Capability } from '../scenario';

/** Unit tests whose code finds a DynamoDB by `AWS_ENDPOINT_URL_DYNAMODB`. */
export class UnitTestsWithTable implements Harness {
  public readonly name: string;
  public readonly missing = missingDynamoDbLocal();
  public readonly has: readonly Capability[];
  private database!: DynamoDbLocal;

  public constructor(private readonly unitTests: Harness) {
    this.name = `${unitTests.name}, with DynamoDB`;
    this.has = [...unitTests.has, 'table'];
  }

  public async start(): Promise<void> {
    this.database = await startDynamoDbLocal();
    await newThings(this.database.client());
  }

  public clear(): Promise<void> {
    return emptyThings(this.database.client());
  }

  public stop(): Promise<void> {
    return this.database.stop();
  }

  public environment: Harness['environment'] = (scenario, start) => this.unitTests.environment(scenario, {
    ...start, variables: { ...start.variables, ...this.database.environment() },
  });
}
