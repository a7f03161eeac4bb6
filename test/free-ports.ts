import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Where no system takes ports for those who want any (Linux begins at 32768, gVisor at 16000): there, one that is free for a
 * moment, as while its server starts again, may go to whoever connects to something else.
 */
const FIRST_PORT = 10_000;
const LAST_PORT = 15_999;

/** Every process of jest's takes its ports from a part of its own, since nobody listens on them until servers have started. */
const PARTS = 16;
const PART_SIZE = Math.floor((LAST_PORT - FIRST_PORT + 1) / PARTS);
const PART = FIRST_PORT + PART_SIZE * (Number(process.env.JEST_WORKER_ID ?? 0) % PARTS);

/** By chance: whoever runs tests at the same time begins elsewhere. */
let next = Math.floor(Math.random() * PART_SIZE);

/** Ports of 127.0.0.1 that nobody listens on. None is given twice before all others have been. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tried = 0; ports.length < count; tried++) {
    if (tried === PART_SIZE) {
      throw new Error(`Only ${ports.length} of ${count} ports are free from ${PART} to ${PART + PART_SIZE - 1}.`);
    }
    const port = PART + next++ % PART_SIZE;
    if (await isFree(port)) {
      ports.push(port);
    }
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}
