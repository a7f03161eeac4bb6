// One environment of the random fleet: a worker thread that runs the built layer's handler, on a clock that the test moves.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const { layer, taskRoot, aheadMs, isSerial } = workerData;

/** So many turns of the event loop without anything to do: then the environment waits for the test. */
const QUIET_TURNS = 4;
const LONGEST_WAIT_MS = 2_000;

const RealDate = Date;
const now = () => RealDate.now() + aheadMs[0];
globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args));
  }

  static now() {
    return now();
  }
};

/** Sockets that have sent something, and how much they had read by then. */
const asking = new Map();
const { Socket } = process.getBuiltinModule('node:net');
const { write } = Socket.prototype;
Socket.prototype.write = function (...args) {
  asking.set(this, this.bytesRead);
  return write.apply(this, args);
};

function isAsking() {
  for (const [socket, bytesRead] of asking) {
    if (socket.destroyed || socket.bytesRead > bytesRead) {
      asking.delete(socket);
    }
  }
  return asking.size > 0;
}

/** Lambda's Extensions API. The environment is frozen when the extension asks for its next event and the handler is done. */
const extensions = { isRegistered: false, next: undefined };
const http = process.getBuiltinModule('node:http');
const { request } = http;
http.request = (url, ...rest) => {
  const path = /\/extension\/(.*)$/.exec(String(url))?.[1];
  if (path === undefined) {
    return request(url, ...rest);
  }
  const respond = rest.at(-1);
  const answer = (body) => {
    const listeners = {};
    respond({
      statusCode: 200, headers: { 'lambda-extension-identifier': 'id' }, setEncoding() {}, on: (event, listener) => (listeners[event] = listener),
    });
    listeners.data?.(body);
    listeners.end();
  };
  return {
    on() {},
    end() {
      if (path === 'register') {
        extensions.isRegistered = true;
        setImmediate(() => answer('{}'));
      } else {
        extensions.next = answer;
      }
    },
  };
};

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

const isBusy = () => isSerial && (running > 0 || (extensions.isRegistered && extensions.next === undefined));

async function settle() {
  const since = performance.now();
  for (let quiet = 0; quiet < QUIET_TURNS && performance.now() - since < LONGEST_WAIT_MS;) {
    await new Promise(setImmediate);
    quiet = isAsking() ? 0 : quiet + 1;
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
