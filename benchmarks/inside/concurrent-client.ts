/**
 * A runtime client as on Managed Instances: passes many events at a time to one environment, one turn per request.
 * Arguments: module, contender, number of concurrent invocations, number of ids in each event.
 */
import { answerTurns } from './turns';

const [, , handlerModule, contender, concurrency, count] = process.argv;

/** How often all of them are under way in a turn. Few, since the turn's events are garbage only after it: the collector copies them meanwhile. */
const TIMES = 2;

/** V8 optimizes late what is called from many handlers: so many seconds of processor time before the first turn. */
const WARM_UP_SECONDS = 3;

type Handler = (event: unknown, context: object) => Promise<number>;

async function main(): Promise<void> {
  const { handler } = await import(handlerModule) as { handler: Handler };
  const idsInEvent = JSON.stringify(Array.from({ length: Number(count) }, (_, i) => `product-${String(i).padStart(6, '0')}`));
  const newEvent = () => ({ contender, ids: JSON.parse(idsInEvent) as string[] });
  let requests = 0;
  const invoke = (event: unknown) => handler(event, { awsRequestId: `request-${requests++}`, getRemainingTimeInMillis: () => 30_000 });
  // A bare store loads once for each that asks meanwhile.
  await invoke(newEvent());

  const prepare = () => {
    const batches = Array.from({ length: TIMES }, () => Array.from({ length: Number(concurrency) }, newEvent));
    return async () => {
      for (const events of batches) {
        const loaded = Math.max(...await Promise.all(events.map(invoke)));
        if (loaded !== Number(count)) {
          throw new Error(`Not all calls of ${contender} were hits: the origin was asked for ${loaded} ids, of which there are ${count}.`);
        }
      }
    };
  };
  while (process.cpuUsage().user < WARM_UP_SECONDS * 1e6) {
    await prepare()();
  }
  await answerTurns(prepare, TIMES * Number(concurrency) * Number(count));
  process.disconnect();
}

void main();
