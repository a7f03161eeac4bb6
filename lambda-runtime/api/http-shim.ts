/**
 * Replaces a handler's `import … from 'cdk-cached-function/http'` in code that we bundle (src/function/runtime-code.ts): it exports the layer's
 * part. Without a layer, nothing is cached.
 */
import type * as api from './http.js';

/** Where Lambda unpacks the layer, in case a wrapper has changed `_HANDLER`, which normally contains the path. */
const LAYER = '/opt/cdk-cached-function/';

function layer(): Pick<typeof api, 'cachedResponse' | 'cachedListener' | 'Identity'> {
  const { createRequire } = process.getBuiltinModule('node:module');
  const directory = /^.*\/cdk-cached-function\//.exec(process.env._HANDLER ?? '')?.[0] ?? LAYER;
  try {
    return createRequire(directory)('./http.cjs') as typeof api;
  } catch (error) {
    console.warn('cdk-cached-function: responses are not cached, since the layer cannot be loaded.', error);
    const source = (kind: string) => (name: string) => [kind, name] as never;
    return {
      cachedResponse: (handler) => handler,
      cachedListener: (listener) => listener,
      Identity: { authorizer: source('authorizer'), jwtClaim: source('jwtClaim'), cookie: source('cookie'), header: source('header') },
    };
  }
}

export const { cachedResponse, cachedListener, Identity } = layer();
