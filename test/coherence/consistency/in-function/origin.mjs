// The function's side of ../origin.ts.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const waiting = new Map();
const socket = connect({ host: '127.0.0.1', port: Number(process.env.ORIGIN_PORT), noDelay: true });
// At the end of a run, the origin may close first.
socket.on('error', () => {});
createInterface({ input: socket }).on('line', (line) => {
  const [id, answer] = JSON.parse(line);
  waiting.get(id)(answer);
  waiting.delete(id);
});

let asked = 0;
const ask = (way, key, more) => new Promise((resolve) => {
  const id = asked++;
  waiting.set(id, resolve);
  socket.write(`${JSON.stringify({ id, way, key, ...more })}\n`);
});

/** The clock of ../origin.ts. */
const time = () => Number(process.hrtime.bigint()) / 1e6;

/** @returns the version that the origin has */
export const load = (key) => ask('load', key);

/**
 * Changes the origin's value, unless another client is changing it.
 *
 * @param write gets the version, and what the key is called now; resolves with `acknowledged`, `failed`, or `pending` if what was written may arrive at any time
 */
export async function change(key, write) {
  const begun = await ask('begin', key);
  if (begun === null) return;
  const [version, name] = begun;
  const end = await write(version, name).catch(() => 'failed');
  await ask('end', key, end === 'acknowledged' ? { version, at: time() } : { isPending: end === 'pending' });
}
