// A worker thread that runs the layer's handler as an environment of Managed Instances does: invocations overlap, nothing freezes.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { isAsking } from '../../fleet/random/in-function/asking-sockets.mjs';

const { clock, handlerModule, originModule } = workerData;

createRequire(import.meta.url)(clock);
const { handler } = await import(pathToFileURL(handlerModule).href);
const { settle } = await import(pathToFileURL(originModule).href);
let requests = 0;

async function handle({ call, tenant }) {
  const context = { awsRequestId: `request-${requests++}`, tenantId: tenant, getRemainingTimeInMillis: () => 20 * 86_400_000 };
  try {
    // As Lambda's client sends it.
    const answer = await handler({ call }, context);
    return { answer: answer === undefined ? null : JSON.parse(JSON.stringify(answer)) };
  } catch (error) {
    return { error: { errorType: error?.name ?? 'Error', errorMessage: error?.message ?? String(error) } };
  }
}

/** Until all queued work is done: a refresh reads the shared cache before it calls the origin. */
async function atRest() {
  do {
    await settle();
  } while (isAsking());
}

parentPort.on('message', async ({ events, mark }) => {
  const outcomes = await Promise.all(events.map(handle));
  await atRest();
  // Lines come out later than messages.
  process.stdout.write(`${mark}\n`);
  process.stderr.write(`${mark}\n`);
  parentPort.postMessage({ outcomes, covered: Object.keys(globalThis.__stryker__?.mutantCoverage?.static ?? {}) });
});
