// A cache before an origin whose values are versions.
import { cached, cachedMany, invalidateTags, loadContext } from 'cdk-cached-function/runtime';
import { change, load } from './origin.mjs';
import { handlerOf } from './steps.mjs';

const TAGS = 8;
const numberOf = (id) => Number(id.split('.')[0]);
const tagOf = (key) => `tag-${key % TAGS}`;
const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const options = { ttl: { hours: 1 } };
const one = cached('one', async (id) => {
  const key = numberOf(id);
  loadContext().tags = [tagOf(key)];
  const version = await load(key);
  // Some loads take longer than others: changes come in between.
  if (Math.random() < 0.1) await later(Math.random() * 10);
  return { version };
}, options);
const many = cachedMany('many', async (ids) => {
  loadContext().tags = [...new Set(ids.map((id) => tagOf(numberOf(id))))];
  return Promise.all(ids.map(async (id) => ({ version: await load(numberOf(id)) })));
}, options);

const invalidations = {
  byKey: (id) => [one.invalidate(id), many.invalidate(id)],
  byTag: (id) => [invalidateTags(tagOf(numberOf(id)))],
  all: () => [one.invalidateAll(), many.invalidateAll()],
  prime: (id, version) => [one.prime(id, { version }), many.prime(id, { version })],
};

/** Tags do not reach what was primed (docs/behaviour.md): a key is changed in the one way or in the other. */
function wayOf(key, random) {
  const chance = random();
  return chance < 0.05 ? 'all' : chance < 0.5 ? 'byKey' : key % 4 === 3 ? 'prime' : 'byTag';
}

const idOf = (key, name) => `${key}.${name}`;

export const handler = handlerOf({
  read: async (key, { names }) => (await one(idOf(key, names[key]))).version,
  readMany: async (keys, { names }) => (await many(keys.map((key) => idOf(key, names[key])))).map(({ version }) => version),
  change: (key, { random }) => change(key, async (version, name) => {
    const way = wayOf(key, random);
    const scopes = await Promise.all(invalidations[way](idOf(key, name), version));
    return scopes.every(({ scope }) => scope === 'fleet') ? 'acknowledged' : way === 'prime' ? 'pending' : 'failed';
  }),
  // More than the log holds.
  trim: () => invalidateTags(Array.from({ length: 100 }, (_, index) => `other-${index}`)),
});
