import type { Names } from './names';
import { type Asked, cacheOf, type Caller, type Oracle } from './oracle';
import type { Operation } from './program';

/** Called when an invalidation is acknowledged. */
export type Acknowledge = (step: number, at: number, scope: string) => void;

/** Where and when something is asked for. */
export interface Moment {
  readonly environment: string;
  readonly step: number;
  readonly at: number;
}

/** What a handler gets, and what the oracle must know of it. */
export interface Prepared {
  readonly operation: object;
  readonly asked: Asked;
  readonly acknowledge?: Acknowledge;
}

/** An operation of a program, with the program's own names, at some moment. */
export function prepare(
  oracle: Oracle, names: Names, { environment, step, at }: Moment, { op, cache: wanted, key, more, form }: Operation, caller: Caller,
): Prepared {
  let acknowledge: Acknowledge | undefined;
  const cache = names.cache(wanted);
  const path = names.path(cache, key, caller);
  const asked: Asked = {
    op, cache, path, tenant: caller.tenant, environment, began: step, at, mayReadAnything: cache === 'session' && form > 0,
  };
  const operation: Record<string, unknown> = { op, cache, key: names.key(key), form };
  const invalidates = (concerns: Parameters<Oracle['invalidating']>[2]) => oracle.invalidating(environment, step, concerns);
  const isKeys = (load: { readonly path: string; readonly tenant?: string }) => load.path === path && load.tenant === caller.tenant;
  switch (op) {
    case 'invalidate':
      acknowledge = invalidates(isKeys);
      break;
    case 'invalidateAll':
      acknowledge = invalidates((load) => cacheOf(load.path) === cache);
      break;
    case 'invalidateTags':
      operation.tags = more === 0 ? [names.tag(key)] : [names.tag(0), names.tag(1)];
      acknowledge = invalidates(({ tags }) => tags.some((tag) => (operation.tags as string[]).includes(tag)));
      break;
    case 'prime': {
      const name = `p${oracle.loads.size}`;
      operation.value = `${path}#${name}`;
      operation.form = 0;
      const replaces = invalidates(isKeys);
      const load = { name, path, tenant: caller.tenant, environment, began: step, ended: step, at: Infinity, tags: [] as string[] };
      oracle.loads.set(name, load);
      acknowledge = (...given) => {
        load.at = given[1];
        replaces(...given);
      };
      break;
    }
    case 'many':
      operation.keys = [[key], [0, 1], [1, 0]][more].map((each) => names.key(each));
      return { operation, asked: { ...asked, paths: (operation.keys as string[]).map((each) => `${cache}/${caller.user}/${each}`) } };
  }
  return { operation, asked, acknowledge };
}
