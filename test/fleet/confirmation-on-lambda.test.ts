import { Duration } from 'aws-cdk-lib';
import type { Topology } from './backend';
import { DYNAMODB } from './dynamodb-backend';
import { MEMCACHED } from './memcached-backend';
import { REDIS } from './redis-backend';
import { sharingFunction } from './sharing-function';
import { type FunctionDefinition, LambdaEmulator, missingFakeClock, missingParts } from '../../tools/lambda-emulator';
import { handlerSource, RUNTIMES, sum } from '../equipment/emulate';
import type { Request } from '../equipment/handlers/shared-product';
import { startRedis } from '../equipment/redis-servers';

const PATIENCE = Duration.seconds(10);
const MEMORY_TTL_SECONDS = 1;
const runtime = RUNTIMES.at(-1)!;

const IS_POSSIBLE = missingParts().length === 0 && missingFakeClock() === undefined;
const testWith = ({ missing }: { readonly missing: string | undefined }) => IS_POSSIBLE && missing === undefined ? test : test.skip;

function definitionOf(topology: Pick<Topology, 'settings' | 'environment'>, ttl: Duration): FunctionDefinition {
  return sharingFunction(topology, {
    runtime,
    entry: handlerSource('shared-product'),
    caching: {
      ttl,
      // Entries stay on the server after their ttl: then its clock does not end them.
      staleIfError: Duration.hours(1),
      memoryTtl: Duration.seconds(MEMORY_TTL_SECONDS),
      sharedTimeout: PATIENCE,
      sharedConnectTimeout: PATIENCE,
      sharedBudget: PATIENCE,
    },
  });
}

/** One environment of a function with the layer as it is shipped, whose clock can be moved while it is frozen. */
class BuiltEnvironment {
  private constructor(private readonly lambda: LambdaEmulator) {}

  public static async start(definition: FunctionDefinition): Promise<BuiltEnvironment> {
    const created = new BuiltEnvironment(await LambdaEmulator.start(definition, { maxEnvironments: 1, fakeMonotonicClock: true }));
    // Connects, and begins the index of invalidations: nothing that is loaded before that is stored.
    await created.do('get', ['the first'], 0);
    return created;
  }

  public async do(what: Request['do'], ids: readonly string[], version: number) {
    const result = await this.lambda.invoke({ do: what, ids, version } satisfies Request);
    expect(result.functionError).toBeUndefined();
    return {
      ...result.payload as { readonly results: readonly (number | string)[]; readonly loads: number },
      sharedHits: sum(result, 'SharedHits'),
      failures: sum(result, 'SharedErrors') + sum(result, 'SharedTimeouts') + sum(result, 'SharedUnreadable'),
      warnings: [...result.stdout, ...result.stderr].filter((line) => line.includes('cdk-cached-function:')),
    };
  }

  /** Everything in memory must be confirmed again. */
  public pass(seconds = MEMORY_TTL_SECONDS + 1): void {
    this.lambda.environments[0].advanceClocks(seconds, { monotonic: false });
  }

  public stop(): Promise<void> {
    return this.lambda.stop();
  }
}

async function withEnvironments(
  definitions: readonly FunctionDefinition[], body: (...environments: BuiltEnvironment[]) => Promise<void>,
): Promise<void> {
  const environments: BuiltEnvironment[] = [];
  try {
    for (const definition of definitions) {
      environments.push(await BuiltEnvironment.start(definition));
    }
    await body(...environments);
  } finally {
    await Promise.all(environments.map((each) => each.stop()));
  }
}

describe.each([REDIS, MEMCACHED, DYNAMODB])('environments with the built layer and $name', (kind) => {
  testWith(kind)('share what one of them primes, and confirm it later', async () => {
    const backend = await kind.start();
    try {
      const definition = definitionOf(backend, Duration.hours(1));
      await withEnvironments([definition, definition], async (one, two) => {
        expect(await one.do('prime', ['a'], 7)).toMatchObject({ results: ['fleet'], failures: 0, warnings: [] });
        expect(await two.do('get', ['a'], 8)).toMatchObject({ results: [7], sharedHits: 1 });
        for (const each of [one, two, one]) {
          each.pass();
          expect(await each.do('get', ['a'], 8)).toMatchObject({ results: [7], sharedHits: 1, failures: 0, warnings: [] });
        }
      });
    } finally {
      await backend.stop();
    }
  }, 60_000);
});

describe('a Redis of 3 MB that evicts the least recently used keys', () => {
  testWith(REDIS)('confirms nothing whose tombstone it has evicted', async () => {
    const server = await startRedis({ config: ['maxmemory 3mb', 'maxmemory-policy volatile-lru'] });
    try {
      const definition = definitionOf({ settings: { kind: 'redis', host: server.host, port: server.port } }, Duration.hours(1));
      await withEnvironments([definition, definition], async (one, two) => {
        expect(await two.do('get', ['a'], 1)).toMatchObject({ results: [1] });
        const key = (await server.call('KEYS', '*product::a')).trim();
        expect(await one.do('invalidate', ['a'], 2)).toMatchObject({ results: ['fleet'] });
        for (let i = 0; await server.call('EXISTS', key) === '1'; i++) {
          expect(i).toBeLessThan(20);
          await one.do('get', Array.from({ length: 500 }, (_, index) => `other ${i} ${index}`), 2);
        }
        two.pass();
        expect(await two.do('get', ['a'], 2)).toMatchObject({ results: [2] });
      });
    } finally {
      await server.stop();
    }
  }, 120_000);
});

describe.each([REDIS, DYNAMODB])('an environment whose clock is ten minutes ahead of that of $name', (kind) => {
  testWith(kind)('stores nothing that others would return after its ttl, and logs one warning', async () => {
    const backend = await kind.start();
    try {
      const right = definitionOf(backend, Duration.minutes(5));
      const { NODE_OPTIONS = '', ...environment } = right.environment;
      const ahead = { ...right, environment: { ...environment, NODE_OPTIONS: `${NODE_OPTIONS} --import data:text/javascript,const%20now=Date.now;Date.now=()=>now()+600000` } };
      await withEnvironments([right], async (other) => {
        const wrong = await LambdaEmulator.start(ahead, { maxEnvironments: 1 });
        try {
          const warnings: string[] = [];
          for (const ids of [['another'], ['a'], ['b']]) {
            const result = await wrong.invoke({ do: 'get', ids, version: 1 } satisfies Request);
            expect(result).toMatchObject({ functionError: undefined, payload: { results: [1] } });
            warnings.push(...[...result.stdout, ...result.stderr].filter((line) => line.includes('cdk-cached-function:')));
          }
          expect(warnings).toEqual([expect.stringMatching(/This environment's clock is (599|600|601) s ahead of the shared cache's/)]);
          other.pass(13.5 * 60);
          expect(await other.do('get', ['a'], 2)).toMatchObject({ results: [2] });
          // What it invalidates reaches the others all the same.
          expect((await wrong.invoke({ do: 'invalidate', ids: ['a'], version: 3 } satisfies Request)).payload).toMatchObject({ results: ['fleet'] });
          other.pass();
          expect(await other.do('get', ['a'], 3)).toMatchObject({ results: [3] });
        } finally {
          await wrong.stop();
        }
      });
    } finally {
      await backend.stop();
    }
  }, 60_000);
});
