// Another library instead of ours: the same events, freezes and faults, the same origin. What changes is written to Redis first, and a
// value that is loaded replaces nothing: so what is too old comes from the library's memory.
import { change, load } from './origin.mjs';
import { openPeer } from './peers.mjs';
import { handlerOf } from './steps.mjs';

/** Longer than any fault. Then the origin is called. */
const PATIENCE_MS = 1_000;

const cache = await openPeer(process.env.PEER, Number(process.env.PEER_PORT));

async function inTime(work) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error('it takes too long')), PATIENCE_MS)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Who wrote a key that was not acknowledged may write it later: it has another name from then on. */
const idOf = (key, name) => `${key}.${name}`;
const read = (key, { names }) => inTime(cache.read(idOf(key, names[key]), () => load(key))).catch(() => load(key));

export const handler = handlerOf({
  read,
  readMany: (keys, context) => Promise.all(keys.map((key) => read(key, context))),
  change: (key) => change(key, async (version, name) => {
    try {
      await inTime(cache.change(idOf(key, name), version));
      return 'acknowledged';
    } catch {
      return 'pending';
    }
  }),
  // It has no log.
  trim: () => Promise.resolve(),
});
