// A process that calls a handler for the test: all events of one message in one tick.
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(process.env.TEST_HANDLER).href);
const { settle } = await import(pathToFileURL(process.env.TEST_ORIGIN_MODULE).href);
let request = 0;

async function handle(event) {
  const context = { awsRequestId: `request-${request++}`, getRemainingTimeInMillis: () => 60_000 };
  try {
    return { answer: await handler(event, context) };
  } catch (error) {
    return { error: { errorType: error?.name, errorMessage: error?.message ?? String(error) } };
  }
}

process.on('message', async ({ events }) => {
  const outcomes = await Promise.all(events.map(handle));
  await settle();
  process.send(outcomes);
});
process.send('ready');
