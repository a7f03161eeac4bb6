import { join } from 'node:path';
import { bundle, FreshProcess } from './fresh-process';
import type { RunningServer } from './shared-tiers';

/** The delay one way, in addition to the sockets of one more process: ElastiCache answers a function in the same zone within 0.3 to 0.5 ms. */
export const ONE_WAY_MS = 0.15;

/** Runs something with a server that is as far away as one in the same zone. */
export async function withNetwork<T>(server: RunningServer, workDirectory: string, measure: (server: RunningServer) => Promise<T>): Promise<T> {
  const { settings } = server;
  if (settings.kind === 'dynamodb') {
    throw new Error('DynamoDB Local takes longer than any network.');
  }
  const script = await bundle(join(__dirname, 'inside', 'slow-network.ts'), join(workDirectory, 'slow-network.mjs'));
  const network = new FreshProcess(script, [settings.host, String(settings.port), String(ONE_WAY_MS)]);
  const port = await network.nextMessage<number>();
  try {
    return await measure({ ...server, settings: { ...settings, host: '127.0.0.1', port } });
  } finally {
    network.send('end');
    await network.end();
  }
}
