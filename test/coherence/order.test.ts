import { World } from './world';

/** What waits for what, by the order of events. */

/** An invocation of B whose fence has been sent and not answered. */
async function unanswered(): Promise<{ readonly world: World; readonly B: World['environments']['B'] }> {
  const world = new World(0);
  await world.begin(['A', 'B']);
  const { B } = world.environments;
  B.begin(['log', 'answer']);
  await world.settle();
  return { world, B };
}

test('the fence is sent when the event arrives, before the handler calls a cache', async () => {
  const { B } = await unanswered();

  expect(B.line.pending('log')).toBe(1);
});

test('a handler that computes first does not wait: the answer has arrived by then', async () => {
  const { world, B } = await unanswered();
  B.release('log');
  await world.settle();
  const events: string[] = [];
  // Nothing is delivered from now on: a hit that sent any request would not end.
  B.line.holds.set('log', 'request').set('entry', 'request');
  void B.get('k').then(() => events.push('hit'));
  await world.settle();

  expect(events).toEqual(['hit']);
});

test('a hit that arrives before the answer waits for it, and for nothing else', async () => {
  const { world, B } = await unanswered();
  const events: string[] = [];
  B.line.holds.set('entry', 'request');
  void B.get('k').then(() => events.push('hit'));
  await world.settle();
  events.push('answer');
  B.release('log');
  await world.settle();

  expect(events).toEqual(['answer', 'hit']);
});

test('a miss does not wait for the fence', async () => {
  const { world, B } = await unanswered();
  const events: string[] = [];
  void B.get('m' as 'k').then(() => events.push('loaded'));
  await world.settle();

  expect(events).toEqual(['loaded']);
});

test('without an answer the tier is read, and the call succeeds', async () => {
  const { world, B } = await unanswered();
  const events: unknown[] = [];
  void B.get('k').then((version) => events.push(version), (error: unknown) => events.push(error));
  B.line.cut();
  await world.settle();

  expect(events).toEqual([1]);
});

test('invocations that begin during a fence share the next one', async () => {
  const { world, B } = await unanswered();
  const hits: number[] = [];
  for (let each = 0; each < 10; each++) {
    B.begin(undefined);
    void B.get('k').then((version) => hits.push(version));
  }
  await world.settle();
  const before = B.line.sent.log;
  B.release('log');
  await world.settle();

  expect(hits).toHaveLength(10);
  expect(B.line.sent.log - before).toBe(1);
});
