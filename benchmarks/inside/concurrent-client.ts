/**
 * A runtime client as Managed Instances have it: hands many events at a time to one environment. Takes a turn whenever it is asked to,
 * and tells the nanoseconds of one call, until it is asked to end. Arguments: module, contender, number of concurrent invocations, number of ids in each event.
 */
const [, , handlerModule, contender, concurrency, count] = process.argv;

/** Nanoseconds that a turn takes at least. */
const TURN = 20e6;

type Handler = (event: unknown, context: object) => Promise<number>;

let requests = 0;

async function main(): Promise<void> {
  const { handler } = await import(handlerModule) as { handler: Handler };
  const idsInEvent = JSON.stringify(Array.from({ length: Number(count) }, (_, i) => `product-${String(i).padStart(6, '0')}`));
  const events = () => Array.from({ length: Number(concurrency) }, () => ({ contender, ids: JSON.parse(idsInEvent) as string[] }));
  await invokeAll(handler, events());

  process.on('message', async (message) => {
    if (message === 'end') {
      process.disconnect();
      return;
    }
    let calls = 0;
    let elapsed = 0;
    while (elapsed < TURN) {
      const batch = events();
      const startedAt = process.hrtime.bigint();
      const originIds = await invokeAll(handler, batch);
      elapsed += Number(process.hrtime.bigint() - startedAt);
      calls += batch.length * Number(count);
      if (originIds.some((ids) => ids !== Number(count))) {
        throw new Error(`Not all calls of ${contender} were hits: the origin was asked for ${Math.max(...originIds)} ids, of which there are ${count}.`);
      }
    }
    process.send!(elapsed / calls);
  });
  process.send!('ready');
}

function invokeAll(handler: Handler, events: readonly unknown[]): Promise<number[]> {
  return Promise.all(events.map((event) => handler(event, { awsRequestId: `request-${requests++}`, getRemainingTimeInMillis: () => 30_000 })));
}

void main();
