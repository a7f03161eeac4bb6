import { emptyThings, newThings } from './things-table';
import { type DynamoDbLocal, missingDynamoDbLocal, startDynamoDbLocal } from '../../dynamodb-local';
import type { Capability } from '../scenario';
import type { Surrounding } from '../surrounding';

/** Unit tests whose code finds a DynamoDB by `AWS_ENDPOINT_URL_DYNAMODB`. */
export class UnitTestsWithTable implements Surrounding {
  public readonly name: string;
  public readonly missing = missingDynamoDbLocal();
  public readonly has: readonly Capability[];
  private database!: DynamoDbLocal;

  public constructor(private readonly unitTests: Surrounding) {
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

  public environment: Surrounding['environment'] = (scenario, start) => this.unitTests.environment(scenario, {
    ...start, variables: { ...start.variables, ...this.database.environment() },
  });
}
