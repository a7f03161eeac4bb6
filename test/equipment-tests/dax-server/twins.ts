import { comparable, type DaxClient, failureOf, type Input, type Operation, DaxServerFixture, through } from './fixture';
import type { DaxServer } from '../../equipment/dax-server';

const NAMES = { dax: 'through-dax', straight: 'straight' } as const;

/** Two tables with the same in them: one is used through DAX, the other is not. */
export class Twins {
  private constructor(private readonly fixture: DaxServerFixture, public readonly dax: DaxServer, public readonly client: DaxClient) {}

  public static async create(fixture: DaxServerFixture): Promise<Twins> {
    const dax = await fixture.serve();
    const indexes = {
      AttributeDefinitions: [{ AttributeName: 'kind', AttributeType: 'S' }, { AttributeName: 'rank', AttributeType: 'N' }],
      GlobalSecondaryIndexes: [{
        IndexName: 'by-kind',
        KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }, { AttributeName: 'rank', KeyType: 'RANGE' }],
        Projection: { ProjectionType: 'ALL' },
      }],
      LocalSecondaryIndexes: [{
        IndexName: 'by-rank',
        KeySchema: [{ AttributeName: 'p', KeyType: 'HASH' }, { AttributeName: 'rank', KeyType: 'RANGE' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      }],
    } as const;
    await Promise.all(Object.values(NAMES).map((name) => fixture.table(name, { p: 'S', s: 'N' }, indexes as never)));
    return new Twins(fixture, dax, fixture.connect(dax.endpoint));
  }

  public async put(...items: Input[]): Promise<void> {
    for (const Item of items) {
      await Promise.all(Object.values(NAMES).map((TableName) => this.fixture.straight('putItem', { TableName, Item })));
    }
    this.dax.clearCaches();
  }

  public async empty(): Promise<void> {
    for (const TableName of Object.values(NAMES)) {
      const { Items } = await this.fixture.straight('scan', { TableName });
      await Promise.all(Items.map(({ p, s }: Input) => this.fixture.straight('deleteItem', { TableName, Key: { p, s } })));
    }
    this.dax.clearCaches();
  }

  /** Does the same with both, and expects the same of both: the result, or the failure. @returns the result */
  public async same(operation: Operation, input: (table: string) => Input): Promise<any> {
    const [viaDax, straight] = await Promise.all([
      outcome(through(this.client, operation, input(NAMES.dax))),
      outcome(this.fixture.straight(operation, input(NAMES.straight))),
    ]);
    expect(unnamed(viaDax)).toEqual(unnamed(straight));
    return viaDax;
  }

  /** Both tables hold the same. */
  public async expectSameTables(): Promise<void> {
    const [one, other] = await Promise.all(Object.values(NAMES).map((TableName) => this.fixture.straight('scan', { TableName })));
    expect(unnamed(one)).toEqual(unnamed(other));
  }
}

/** For the tests of one `describe`: makes twins before the first of them, and has each find in both tables these items and no others. */
export function twinsOf(items: readonly Input[], use: (twins: Twins, fixture: DaxServerFixture) => void): void {
  let fixture: DaxServerFixture;
  let twins: Twins;

  beforeAll(async () => {
    fixture = await DaxServerFixture.open();
    twins = await Twins.create(fixture);
    use(twins, fixture);
  });

  beforeEach(async () => {
    await twins.empty();
    await twins.put(...items);
  });

  afterAll(() => fixture.close());
}

async function outcome(call: Promise<Input>): Promise<Input> {
  try {
    return await call;
  } catch {
    const { code, name, message, cancellationReasons, CancellationReasons } = await failureOf(call);
    const reasons = (cancellationReasons ?? CancellationReasons)?.map((reason) => withoutNull(reason));
    return { failure: code ?? name, message: message.replace(`${code}: `, ''), reasons };
  }
}

/** DAX's client has null where others have nothing. */
function withoutNull(reason: Input): Input {
  return Object.fromEntries(Object.entries(reason).filter(([, value]) => value !== null));
}

function unnamed(outcomeOfOne: Input): unknown {
  return JSON.parse(JSON.stringify(comparable(outcomeOfOne)).replaceAll(NAMES.dax, NAMES.straight));
}
