import { type Environment, World } from './world';

/** What the public functions answer where memory is coherent with other environments. */

/** A promise that the world must move for. */
async function settled<T>(world: World, promise: Promise<T>): Promise<T | 'pending'> {
  let answer: T | 'pending' = 'pending';
  void promise.then((value) => {
    answer = value;
  });
  await world.settle();
  return answer;
}

/** Another cache in both environments, whose loader counts what it is called with. */
function catalogIn(environment: Environment) {
  const loaded: unknown[] = [];
  let version = 1;
  const of = environment.runtime.cachedMany('catalog', (ids: readonly unknown[]) => {
    loaded.push(...ids.map((id) => typeof id === 'function' ? 'a function' : id));
    return ids.map((id) => `${String(typeof id === 'function' ? 'a function' : id)}#${version}`);
  });
  return {
    of: (...ids: readonly unknown[]) => environment.run(() => of(ids)),
    peek: (id: string) => environment.run(() => of.peek(id)),
    invalidate: (id: string) => environment.run(() => of.invalidate(id)),
    take: () => loaded.splice(0),
    change: () => {
      version++;
    },
  };
}

async function bothHold() {
  const world = new World(0);
  const { A, B } = world.environments;
  const catalogs = { A: catalogIn(A), B: catalogIn(B) };
  await world.begin([]);
  for (const name of ['A', 'B'] as const) {
    const environment = world.environments[name];
    environment.begin(undefined);
    await world.settle();
    expect(await settled(world, catalogs[name].of('1', '2'))).toEqual(['1#1', '2#1']);
  }
  expect([catalogs.A.take(), catalogs.B.take()]).toEqual([['1', '2'], []]);
  return { world, A, B, catalogs };
}

describe('many ids', () => {
  test('are hits in one pass once the fence is answered, and appear in no request to the tier', async () => {
    const { world, B, catalogs } = await bothHold();
    B.freeze();
    B.begin(undefined);
    await world.settle();
    // A hit that sent any request would not end.
    B.line.holds.set('entry', 'request').set('log', 'request');
    expect(await settled(world, catalogs.B.of('2', '1', '2'))).toEqual(['2#1', '1#1', '2#1']);
    expect(catalogs.B.take()).toEqual([]);
  });

  test('wait for a fence that is not answered yet', async () => {
    const { world, B, catalogs } = await bothHold();
    B.freeze();
    B.begin(['log', 'answer']);
    await world.settle();
    const values = catalogs.B.of('1', '2');
    expect(await settled(world, values)).toBe('pending');
    B.release('log');
    expect(await settled(world, values)).toEqual(['1#1', '2#1']);
  });

  test('are loaded if they were changed elsewhere, and only then', async () => {
    const { world, A, B, catalogs } = await bothHold();
    catalogs.B.change();
    A.begin(undefined);
    await settled(world, catalogs.A.invalidate('1'));
    B.freeze();
    B.begin(undefined);
    expect(await settled(world, catalogs.B.of('1', '2'))).toEqual(['1#2', '2#1']);
    expect(catalogs.B.take()).toEqual(['1']);
  });

  test('that cannot be keys are loaded each time', async () => {
    const { world, B, catalogs } = await bothHold();
    B.begin(undefined);
    await world.settle();
    const odd = () => 1;
    expect(await settled(world, catalogs.B.of('1', odd))).toEqual(['1#1', 'a function#1']);
    expect(await settled(world, catalogs.B.of(odd, '2'))).toEqual(['a function#1', '2#1']);
    expect(catalogs.B.take()).toEqual(['a function', 'a function']);
  });
});

describe('a single value', () => {
  test('that cannot be a key bypasses the cache', async () => {
    const { world, B } = await bothHold();
    B.begin(undefined);
    await world.settle();
    let calls = 0;
    const odd = B.runtime.cached('odd', (argument: () => number) => argument() + ++calls);
    expect(await settled(world, B.run(() => odd(() => 10)))).toBe(11);
    expect(await settled(world, B.run(() => odd(() => 10)))).toBe(12);
  });
});

describe('peek()', () => {
  test('waits for the fence, and does not return what was changed elsewhere', async () => {
    const { world, A, B, catalogs } = await bothHold();
    A.begin(undefined);
    await settled(world, catalogs.A.invalidate('1'));
    B.freeze();
    B.begin(['log', 'answer']);
    await world.settle();
    const [one, two] = [catalogs.B.peek('1'), catalogs.B.peek('2')];
    expect(await settled(world, two)).toBe('pending');
    B.release('log');
    expect(await settled(world, two)).toMatchObject({ value: '2#1', scope: 'environment' });
    expect(await settled(world, one)).toBeUndefined();
  });

  test('finds what only the tier has', async () => {
    const { world, A, B, catalogs } = await bothHold();
    A.begin(undefined);
    expect(await settled(world, catalogs.A.of('3'))).toEqual(['3#1']);
    B.begin(undefined);
    await world.settle();
    expect(await settled(world, catalogs.B.peek('3'))).toMatchObject({ value: '3#1', scope: 'fleet' });
    expect(await settled(world, catalogs.B.peek('3'))).toMatchObject({ value: '3#1', scope: 'environment' });
    expect(await settled(world, catalogs.B.peek('4'))).toBeUndefined();
    expect(catalogs.B.take()).toEqual([]);
  });
});
