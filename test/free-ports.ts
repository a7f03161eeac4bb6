import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Where systems take no port for those who want any: there, one that is free for a moment, as while its server starts again, may go to
 * whoever connects to something else.
 */
const FIRST_PORT = 10_000;
const LAST_PORT = 32_000;

/** Ports of 127.0.0.1 that nobody listens on. All are held until the last is found, so that they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const held: { readonly port: number; readonly server: Server }[] = [];
  while (held.length < count) {
    // By chance: others who look for some do so at the same time.
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      held.push({ port, server });
    } catch {
      // Somebody has it.
    }
  }
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return held.map(({ port }) => port);
}
