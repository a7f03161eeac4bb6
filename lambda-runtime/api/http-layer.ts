/** The layer's part for code that imports `cdk-cached-function/http`. The caches themselves are in two more files: a function uses one of them. */
import { cachedListenerWith, cachedResponseWith } from './http-functions.js';
import { installedRuntime } from './installed.js';

export { Identity } from '../http/options.js';

/** This file's folder, set by the build. */
declare const LAYER_FILE: string;

/** If the cache could not start, and in worker threads, responses are not cached. */
const runtime = () => installedRuntime() ?? undefined;

const part = (name: string) => process.getBuiltinModule('node:module').createRequire(LAYER_FILE)(`./${name}.cjs`) as unknown;

export const cachedResponse = cachedResponseWith(runtime, () => (part('responses') as typeof import('./responses-layer.js')).responseHandler);
export const cachedListener = cachedListenerWith(runtime, () => (part('listener') as typeof import('./response-listener.js')).listenerOf);
