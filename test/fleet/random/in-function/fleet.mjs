// The handler of the random fleet. Loads end when the test says so, in any order. It is a scenario's code too (test/api).
import { AsyncLocalStorage } from 'node:async_hooks';
import { cached, cachedMany, invalidateTags, loadContext } from 'cdk-cached-function/runtime';
import policies from './policies.json' with { type: 'json' };

/** Who is asking: the user's own async context. */
const identity = new AsyncLocalStorage();

/** How each load that is under way ends, by the load's name. */
const underWay = new Map();

/** For a look at it afterwards. */
const happened = [];

const memoryTtl = { seconds: 5 };
let loads = 0;
let environment = process.env.TEST_ENVIRONMENT;

/** Begins a load: its value names what was read, and which load read it. */
function load(path) {
  const name = `${environment}${++loads}`;
  const context = loadContext();
  globalThis.loadBegan?.({ name, path, tenant: identity.getStore()?.tenant, at: Date.now() });
  happened.push(`${name} reads ${path}`);
  return new Promise((resolve, reject) => {
    underWay.set(name, ({ fails, tags, ttlMs, isUncached }) => {
      if (fails) {
        reject(new Error(`${name} failed`));
        return;
      }
      if (tags) context.tags = tags;
      if (ttlMs) context.ttl = { milliseconds: ttlMs };
      if (isUncached) context.doNotCache();
      resolve(`${path}#${name}`);
    });
  });
}

const me = () => identity.getStore()?.user;
const optionsOf = (name) => ({ memoryTtl, ...policies[name] });
const settled = (all) => Promise.all(all.map((each) => each.catch((error) => error)));
const ownedBy = (cache) => (id) => load(`${cache}/${me()}/${id.split('/').at(-1)}`);

class Session {
  constructor(id) {
    this.id = id;
  }
}

export const caches = {
  price: cached('price', (id) => load(`price/${id}`), optionsOf('price')),
  stock: cached('stock', (id) => load(`stock/${id}`), optionsOf('stock')),
  news: cached('news', (id) => load(`news/${id}`), optionsOf('news')),
  page: cached('page', (query) => load(`page/${query.page}`), optionsOf('page')),
  mine: cached('mine', () => load(`mine/${identity.getStore()?.tenant}`), optionsOf('mine')),
  owned: cached('owned', (user, id) => load(`owned/${me()}/${id}`), optionsOf('owned')),
  session: cached('session', async (session) => {
    await null;
    return load(`session/${session.id}`);
  }, { ...optionsOf('session'), key: (session) => session.id }),
  many: cachedMany('many', (ids) => settled(ids.map(ownedBy('many'))), optionsOf('many')),
  sorted: cachedMany('sorted', (ids) => settled(ids.sort().reverse().map(ownedBy('sorted'))), optionsOf('sorted')),
  spliced: cachedMany('spliced', async (ids) => {
    const values = [];
    while (ids.length > 0) values.push(ownedBy('spliced')(ids.splice(0, 1)[0]));
    return settled(values);
  }, optionsOf('spliced')),
  one: cached('twice', (id) => load(`one/${id}`), optionsOf('one')),
  two: cached('twice', (id) => load(`two/${id}`), optionsOf('two')),
};

/** A cache that each event defines anew, with what only this event knows. */
function inline(user, key) {
  return cached(`inline-${key.split('.')[0]}`, (id) => load(`inline/${user}/${id}`), optionsOf('inline'));
}

function argumentsOf({ cache, key, form }, { user }) {
  switch (cache) {
    case 'page': return [{ page: key }];
    case 'session': return [new Session(key)];
    case 'mine': return [];
    case 'owned': return [user, key];
    case 'many': case 'sorted': case 'spliced': return [`${user}/${key}`];
    default: return [key, ...Array.from({ length: form }, () => undefined)];
  }
}

function begin(operation, caller) {
  const { op, cache, key, keys, tags, value, form } = operation;
  if (op === 'invalidateTags') return invalidateTags(tags);
  const subject = cache === 'inline' ? inline(caller.user, key) : caches[cache];
  if (op === 'invalidateAll') return subject.invalidateAll();
  if (keys) return subject.settled(keys.map((each) => `${caller.user}/${each}`));
  const args = argumentsOf(operation, caller);
  const isMany = cache === 'many' || cache === 'sorted' || cache === 'spliced';
  const call = op === 'prime' ? subject.prime(...args, value)
    : op !== 'get' ? subject[op](...args)
      : isMany ? subject(args).then(([only]) => only) : subject(...args);
  if (form > 0 && cache === 'page') args[0].page = 'changed';
  if (form > 0 && cache === 'session') args[0].id = 'changed';
  return call;
}

const outcomeOf = (promise) => Promise.resolve(promise).then(
  (value) => ({ value: value ?? null }), (error) => ({ error: `${error?.name}: ${error?.message}` }),
);

/** An event: operations that a handler begins one after the other, and then waits for. */
export const run = (caller, operations) => identity.run(caller, async () => Promise.all(operations.map((operation) => {
  try {
    return outcomeOf(begin(operation, caller));
  } catch (error) {
    return outcomeOf(Promise.reject(error));
  }
})));

/** The same, and the handler does not wait: `outcomes` has what became of it. */
export const start = (caller, operations) => {
  void run(caller, operations).then((outcomes) => happened.push(...outcomes.map((outcome) => JSON.stringify(outcome))));
};

/** Which loads have begun, and how what was started has ended. */
export const outcomes = () => happened.join('\n');

/** A load ends. */
export const answer = (name, outcome) => {
  underWay.get(name)?.(outcome);
  underWay.delete(name);
};

/** Whether a load waits for its answer. */
export const isLoading = () => underWay.size > 0;

/** The environment is used for another program. */
export const rename = (name) => {
  environment = name;
  loads = 0;
  underWay.clear();
  happened.length = 0;
};

export const handler = ({ call: [name, ...args] }) => ({ run, keyOf: ({ cache, key, form }, caller) => caches[cache].keyOf(...argumentsOf({ cache, key, form }, caller)) })[name](...args);
