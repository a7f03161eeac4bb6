import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ARRANGEMENTS, type Arranged, type Arrangement, missingFor } from './arrangements';
import { type InvocationResult, type LambdaEmulator, missingFakeClock, missingParts } from '../../tools/lambda-emulator';
import { TABLE } from '../dax/table';
import { createTable } from '../equipment/dynamodb-local';
import { RUNTIMES, sum, withEmulator } from '../equipment/emulate';
import { type DynamoDbBackend, startDynamoDb } from '../fleet/dynamodb-backend';

/**
 * The problem that this project began with: a function gets an event with an id, reads a database, and answers. It remembers what it has
 * read; but its environments are frozen and thawed, multiplied, and thrown away. Which level is called then?
 *
 * The database, the shared caches and Lambda's runtime client are real. The caches are those that the construct arranges.
 */

/** The number of reads of the product, by level: an environment's memory, the level between it and the database, the database. */
interface Calls {
  readonly memory: number;
  readonly between: number;
  readonly database: number;
}

const FROM_MEMORY: Calls = { memory: 1, between: 0, database: 0 };
const FROM_DATABASE: Calls = { memory: 0, between: 0, database: 1 };
const FROM_BETWEEN: Calls = { memory: 0, between: 1, database: 0 };
const FROM_DATABASE_AT_LAST: Calls = { memory: 0, between: 1, database: 1 };

const TEA = { id: '1', name: 'Tea' };

const NOBODY_IS_MISSING = missingParts().length === 0 && missingFakeClock() === undefined;

describe.each(RUNTIMES)('an event with an id, a database read, a response, on %s', (runtime) => {
  describe.each(ARRANGEMENTS.map((arrangement) => [arrangement.name, arrangement] as const))('with %s', (_, arrangement) => {
    const isAlone = arrangement.between === 'nothing';
    const runs = NOBODY_IS_MISSING && missingFor(arrangement) === undefined;

    (runs ? test : test.skip)('calls each level as often as necessary, and no more', async () => {
      await withStory(arrangement, runtime, async (story) => {
        // It was never read: every level is called.
        expect(await story.read({ coldStart: true })).toEqual(isAlone ? FROM_DATABASE : FROM_DATABASE_AT_LAST);

        // The environment was frozen, and is thawed: it remembers.
        expect(await story.read({ coldStart: false })).toEqual(FROM_MEMORY);
        expect(await story.read({ coldStart: false })).toEqual(FROM_MEMORY);

        // Two events at once: the second has an environment of its own, which remembers nothing, but may ask what all share.
        expect(await story.readTwiceAtOnce()).toEqual({ ...(isAlone ? FROM_DATABASE : FROM_BETWEEN), memory: 1 });

        // Lambda throws the environments away: the same for those that come after them.
        await story.recycle();
        expect(await story.read({ coldStart: true })).toEqual(isAlone ? FROM_DATABASE : FROM_BETWEEN);
        expect(await story.read({ coldStart: false })).toEqual(FROM_MEMORY);

        // Frozen for longer than an entry may be used: no level returns what is too old.
        story.freezeForTwoHours();
        expect(await story.read({ coldStart: false })).toEqual(isAlone ? FROM_DATABASE : FROM_DATABASE_AT_LAST);
        expect(await story.read({ coldStart: false })).toEqual(FROM_MEMORY);

        // What was between is gone, and so is the environment: the answer is the database's, and no error.
        await story.goAway();
        expect(await story.read({ coldStart: false })).toEqual(FROM_MEMORY);
        await story.recycle();
        expect(await story.read({ coldStart: true })).toEqual(FROM_DATABASE);
        expect(await story.read({ coldStart: false })).toEqual(FROM_MEMORY);
      });
    }, 120_000);
  });
});

async function withStory(arrangement: Arrangement, runtime: (typeof RUNTIMES)[number], body: (story: Story) => Promise<void>): Promise<void> {
  const database = await startDynamoDb();
  try {
    await createTable(database.client, { table: TABLE, partitionKey: 'id' });
    for (const { id, name } of [TEA, { id: '0', name: 'Coffee' }]) {
      await database.client.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: id }, name: { S: name } } }));
    }
    const arranged = await arrangement.start(database, runtime);
    try {
      await withEmulator(arranged.definition, async (lambda) => {
        // Something else was read before: the first load ever is not shared.
        await lambda.invoke({ id: '0' });
        await lambda.recycle();
        await body(new Story(lambda, database, arranged, arrangement));
      }, { fakeMonotonicClock: true });
    } finally {
      await arranged.stop();
    }
  } finally {
    await database.stop();
  }
}

class Story {
  private isGone = false;

  public constructor(
    private readonly lambda: LambdaEmulator,
    private readonly database: DynamoDbBackend,
    private readonly arranged: Arranged,
    private readonly arrangement: Arrangement,
  ) {}

  public read({ coldStart }: { readonly coldStart: boolean }): Promise<Calls> {
    return this.counted(async () => {
      const result = await this.lambda.invoke({ id: TEA.id });
      expect(result.coldStart).toBe(coldStart);
      return [result];
    });
  }

  public readTwiceAtOnce(): Promise<Calls> {
    return this.counted(async () => {
      const results = await Promise.all([this.lambda.invoke({ id: TEA.id }), this.lambda.invoke({ id: TEA.id })]);
      expect(results.map(({ coldStart }) => coldStart)).toEqual([false, true]);
      return results;
    });
  }

  public recycle(): Promise<void> {
    return this.lambda.recycle();
  }

  public freezeForTwoHours(): void {
    this.lambda.environments.forEach((environment) => environment.advanceClocks(2 * 3_600, { monotonic: false }));
    this.arranged.grow(2);
  }

  public async goAway(): Promise<void> {
    await this.arranged.goAway();
    this.isGone = true;
  }

  /** The servers' requests meanwhile; the metrics must agree. */
  private async counted(act: () => Promise<InvocationResult[]>): Promise<Calls> {
    const before = await this.originCallsSoFar();
    const results = await act();
    const after = await this.originCallsSoFar();
    for (const { payload, functionError } of results) {
      expect({ payload, functionError }).toEqual({ payload: TEA, functionError: undefined });
    }
    const count = (metric: string) => results.reduce((total, result) => total + sum(result, metric), 0);
    const calls = { memory: count('Hits') - count('SharedHits'), between: after.between - before.between, database: after.database - before.database };
    this.checkMetrics(count, calls);
    return calls;
  }

  private checkMetrics(count: (metric: string) => number, { memory, between, database }: Calls): void {
    const counted = (...metrics: string[]) => Object.fromEntries(metrics.map((metric) => [metric, count(metric)]));
    switch (this.arrangement.between) {
      case 'nothing':
        expect(counted('Hits', 'Misses', 'OriginCalls')).toEqual({ Hits: memory, Misses: database, OriginCalls: database });
        break;
      case 'shared cache':
        expect(counted('Misses', 'OriginCalls', 'SharedHits')).toEqual({ Misses: database, OriginCalls: database, SharedHits: this.isGone ? 0 : between - database });
        // A new environment also begins the index of invalidations, and that fails, too.
        expect([0, ...(this.isGone ? [database, database + 1] : [])]).toContain(count('SharedErrors') + count('SharedTimeouts'));
        expect(count('SharedErrors') + count('SharedTimeouts')).toBeGreaterThanOrEqual(this.isGone ? database : 0);
        break;
      case 'DAX':
        // The function cannot see whether DAX, its origin, has read the database.
        expect(counted('Hits', 'OriginCalls', 'DaxCalls', 'DaxFallbacks')).toEqual({
          Hits: memory, OriginCalls: this.isGone ? database : between, DaxCalls: between, DaxFallbacks: this.isGone ? database : 0,
        });
    }
  }

  private async originCallsSoFar(): Promise<Omit<Calls, 'memory'>> {
    return { between: this.isGone ? 0 : await this.arranged.originCalls(), database: this.database.proxy.count('GetItem') };
  }
}
