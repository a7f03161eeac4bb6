// A process that calls a handler as the test says: events of one message in one tick.
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(process.env.TEST_HANDLER).href);
const { requestsUnderWay } = await import(pathToFileURL(process.env.TEST_ORIGIN_MODULE).href);
let request = 0;

async function handle(event, tenantId) {
  const context = { awsRequestId: `request-${request++}`, tenantId, getRemainingTimeInMillis: () => 60_000 };
  try {
    return { answer: await handler(event, context) };
  } catch (error) {
    return { error: { errorType: error?.name, errorMessage: error?.message ?? String(error) } };
  }
}

/** Until what was left behind is done: it goes on in later turns, or waits for the origin. */
async function settle() {
  for (let quiet = 0; quiet < 5; quiet = requestsUnderWay() === 0 ? quiet + 1 : 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}

process.on('message', async ({ events, tenant }) => {
  const outcomes = await Promise.all(events.map((event) => handle(event, tenant)));
  await settle();
  process.send(outcomes);
});
process.send('ready');
