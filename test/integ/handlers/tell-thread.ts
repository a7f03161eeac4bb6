import { setTimeout as delay } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { cached } from 'cdk-cached-function/runtime';

// How Lambda starts the process is written down nowhere.
console.log(JSON.stringify({ execArgv: process.execArgv, nodeOptions: process.env.NODE_OPTIONS, uvThreads: process.env.UV_THREADPOOL_SIZE }));

let loads = 0;

const thing = cached('thing', async (id: string) => {
  loads++;
  return { id };
});

/** Returns which thread of which environment it is, and its number of origin calls. It takes some time, so that others are called meanwhile. */
export const handler = async ({ id }: { id: string }) => {
  await thing(id);
  await delay(200);
  return { thread: `${process.env.AWS_LAMBDA_LOG_STREAM_NAME} ${process.pid} ${threadId}`, loads };
};
