import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ephemeral ports of all systems (Linux begins at 32768, gVisor at 16000): there, a port that is free for a moment, such as while
 * its server restarts, could be taken by a process that connects elsewhere.
 */
const FIRST_PORT = 10_000;
const LAST_PORT = 15_999;

/** Each jest process takes ports from its own range, since a port looks free until its server has started. */
const PARTS = 16;
const PART_SIZE = Math.floor((LAST_PORT - FIRST_PORT + 1) / PARTS);
const PART = FIRST_PORT + PART_SIZE * (Number(process.env.JEST_WORKER_ID ?? 0) % PARTS);

/** Random, so that concurrent test runs begin at different ports. */
let next = Math.floor(Math.random() * PART_SIZE);

/** Free ports of 127.0.0.1. None is returned twice before all others have been. */
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
