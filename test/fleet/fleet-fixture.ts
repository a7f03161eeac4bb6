import type { Backend } from './backend.js';
import { Environment, tag, type Version } from './fleet.js';
import type { CachedOptions, UserLoader } from '../../lambda-runtime/api/options.js';

const TAGS_OF: { readonly [key: string]: readonly string[] } = { a: ['red'], b: ['red', 'blue'] };

/** Environments with one shared tier, and an origin that counts. */
export interface Fleet {
  readonly backend: Backend;
  /** The keys that the origin was asked for. */
  readonly originCalls: readonly string[];
  environment(options?: CachedOptions<UserLoader> & { readonly maxBytes?: number }): Promise<Environment>;
  get(from: Environment, key: string): Promise<Version>;
}

/** Starts a backend for the tests of this block, and empties it before each. */
export function useFleet(start: () => Promise<Backend>): Fleet {
  let backend: Backend;
  let originCalls: string[];

  beforeAll(async () => {
    backend = await start();
  });
  afterAll(() => backend?.stop());
  beforeEach(async () => {
    originCalls = [];
    await backend.clear();
  });

  return {
    get backend() {
      return backend;
    },
    get originCalls() {
      return originCalls;
    },
    async environment(options = {}) {
      const created = new Environment(backend, (key) => {
        tag(...TAGS_OF[key] ?? []);
        originCalls.push(key);
        return Promise.resolve({ key, version: originCalls.length });
      }, { ttl: { seconds: 10 }, memoryTtl: { seconds: 2 }, ...options });
      await created.open();
      return created;
    },
    async get(from, key) {
      const value = await from.get(key);
      await from.settle();
      return value;
    },
  };
}
