/** Redis and Valkey servers for tests: real ones, started and stopped by the tests that need them. */
export { missingRedis, missingValkey } from './binaries';
export { type Certificate, CertificateAuthority, strangersCertificate } from './certificates';
export { RedisCluster, type RedisClusterOptions, startRedisCluster, startValkeyCluster } from './redis-cluster';
export { RedisServer, type RedisServerOptions, startRedis, startValkey } from './redis-server';
