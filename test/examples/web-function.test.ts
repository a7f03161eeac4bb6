import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { eventually } from '../equipment/eventually';
import { EXAMPLES } from '../equipment/example-apps';
import { freePorts } from '../equipment/free-ports';
import { temporaryDirectory } from '../equipment/node-process';

/** As Lambda starts a Web Function: `node index.js`, with a variable for its port. */
test("the example's server is one bundled file, and answers from its cache", async () => {
  const outfile = join(temporaryDirectory(), 'index.js');
  await build({ entryPoints: [join(EXAMPLES, 'web-function', 'server.ts')], bundle: true, platform: 'node', target: 'node24', outfile, logLevel: 'error' });
  const [port] = await freePorts(1);
  const server = spawn(process.execPath, [outfile], { env: { AWS_LAMBDA_HTTP_ENDPOINT: `127.0.0.1:${port}` }, stdio: 'inherit' });
  await eventually(async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect').finally(() => socket.destroy());
  });

  const get = () => fetch(`http://127.0.0.1:${port}/products/7`);
  const [first, second] = [await get(), await get()];
  server.kill();

  expect([await first.json(), await second.json()]).toEqual([{ id: '7', reads: 1 }, { id: '7', reads: 1 }]);
  expect(second.headers.get('cache-status')).toMatch(/^cdk-cached-function; hit/);
});
