/**
 * The suite's origin, on a free port of loopback: the suite's own server listens on every interface.
 * `node suite-origin.mjs FOLDER`, where FOLDER has the suite's `server/`, prints the port.
 */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , folder] = process.argv;
const handler = async (name) => (await import(pathToFileURL(join(folder, 'server', `handle-${name}.mjs`)).href)).default;
const handlers = { config: await handler('config'), test: await handler('test'), state: await handler('state') };

// Its log is not needed: a test's result contains what it expected and did not get.
console.log = () => undefined;

const server = createServer((request, response) => {
  const [, kind, ...segments] = new URL(request.url, 'http://origin').pathname.split('/');
  const handle = Object.hasOwn(handlers, kind) ? handlers[kind] : undefined;
  if (handle === undefined) {
    response.writeHead(404).end();
  } else {
    handle(segments, request, response);
  }
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));

// Ends with its parent process.
process.stdin.resume().on('end', () => process.exit()).on('error', () => process.exit());
