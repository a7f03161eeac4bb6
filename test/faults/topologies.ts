import { DAX_CLUSTER } from './dax-topology';
import { DYNAMODB_TABLE } from './dynamodb-topology';
import { MEMCACHED } from './memcached-topology';
import { REDIS_CLUSTER } from './redis-cluster-topology';
import { REDIS_TOPOLOGIES } from './redis-topologies';
import type { Topology } from './topology';

/** The columns of the matrix. */
export const TOPOLOGIES: readonly Topology[] = [...REDIS_TOPOLOGIES, REDIS_CLUSTER, MEMCACHED, DYNAMODB_TABLE, DAX_CLUSTER];
