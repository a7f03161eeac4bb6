/** What every scenario's code may use. */
export const IMPORTS = `
  import { AsyncLocalStorage } from 'node:async_hooks';
  import { cached, cachedMany, invalidateTags, loadContext } from 'cdk-cached-function/runtime';
  import { origin } from './origin.mjs';
`;

/** Options that let a value be stale. */
export const STALE = '{ ttl: { minutes: 5 }, staleWhileRevalidate: { minutes: 5 } }';

/** For environments that read the shared tier again soon: `{ advance: SOON }` later. */
export const TRUSTING_BRIEFLY = '{ ttl: { minutes: 5 }, memoryTtl: { milliseconds: 200 } }';
export const SOON = { seconds: 1 };

/** What a call counts. */
export const HIT = { Hits: 1, Misses: 0, OriginCalls: 0 };
export const MISS = { Hits: 0, Misses: 1, OriginCalls: 1 };

/** Rows of docs/behaviour.md. */
export const SCOPE_ROW = 'The scope of a change';
export const OTHERS_ROW = 'What another environment has loaded';
export const DOCUMENT_CLIENT_ROW = 'The document client';
export const CLOCK_ROW = 'A clock that is wrong by more than five seconds';
