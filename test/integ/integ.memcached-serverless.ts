import { Integ } from './integ';
import { MemcachedCache } from 'cdk-cached-function';

/** docs/unverified.md: what is read from a serverless Memcached was written last; functions that reach its two ports only can use it. */

const integ = new Integ('MemcachedServerless');
const vpc = integ.isolatedVpc();
integ.expectSharing(new MemcachedCache(integ.stack, 'Cache', { vpc }), { vpc, allowAllOutbound: false });
