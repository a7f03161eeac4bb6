// One environment of the random fleet: a worker thread that runs the built layer's handler, on a clock that the test moves.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { isAsking } from './asking-sockets.mjs';
import { fakeExtensionsApi, moveClock } from './platform.mjs';

const { layer, taskRoot, aheadMs, isSerial } = workerData;

/** So many turns of the event loop without anything to do: then the environment waits for the test. */
const QUIET_TURNS = 4;
const LONGEST_WAIT_MS = 2_000;

const { now } = moveClock(aheadMs);

const extensions = fakeExtensionsApi();

const { handler } = await import(pathToFileURL(`${layer}/handler.mjs`).href);
const fleet = await import(pathToFileURL(`${taskRoot}/fleet.mjs`).href);

let happened = { began: [], ended: [] };
let running = 0;
let requests = 0;
globalThis.loadBegan = (load) => happened.began.push(load);

async function invoke({ id, caller, operations }) {
  const context = { awsRequestId: `${id}-${requests++}`, tenantId: caller.tenant, getRemainingTimeInMillis: () => 86_400_000 };
  running++;
  const { next } = extensions;
  extensions.next = undefined;
  next?.(JSON.stringify({ requestId: context.awsRequestId, deadlineMs: now() + 86_400_000 * 1_000 }));
  try {
    const outcomes = await handler({ call: ['run', caller, operations] }, context);
    happened.ended.push({ id, outcomes });
  } catch (error) {
    happened.ended.push({ id, failed: String(error?.stack ?? error) });
  } finally {
    running--;
  }
}

const isExtending = () => extensions.isRegistered && extensions.next === undefined;
const isBusy = () => isSerial && (running > 0 || isExtending());

/**
 * Unfinished work waits for the server, or for a load that the test ends. A socket does not show how many replies are still to come: where
 * no load is under way, unfinished work waits for one of them.
 */
const isWaitingForServer = () => isAsking() || ((running > 0 || (isSerial && isExtending())) && !fleet.isLoading());

async function settle() {
  const since = performance.now();
  for (let quiet = 0; quiet < QUIET_TURNS && performance.now() - since < LONGEST_WAIT_MS;) {
    await new Promise(setImmediate);
    quiet = isWaitingForServer() ? 0 : quiet + 1;
  }
}

parentPort.on('message', async ({ rename, answer, invocations = [], keyOf }) => {
  if (rename !== undefined) {
    fleet.rename(rename);
    happened = { began: [], ended: [] };
  }
  if (answer !== undefined) {
    fleet.answer(answer.name, answer.outcome);
  }
  invocations.forEach((invocation) => void invoke(invocation));
  const key = keyOf && await handler({ call: ['keyOf', keyOf.operation, keyOf.caller] },
    { awsRequestId: `key-${requests++}`, tenantId: keyOf.caller.tenant, getRemainingTimeInMillis: () => 86_400_000 });
  await settle();
  parentPort.postMessage({ ...happened, isBusy: isBusy(), key });
  happened = { began: [], ended: [] };
});
parentPort.postMessage({ began: [], ended: [], isBusy: false });
