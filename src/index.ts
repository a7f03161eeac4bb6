export * from './cache-policy';
export * from './cached-function';
export * from './observability/cache-metrics';
