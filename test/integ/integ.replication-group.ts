import { Integ } from './integ';
import { ReplicationGroupCache } from 'cdk-cached-function';

/** Nodes of Valkey, one that is written to and one that copies it: IAM tokens, TLS, failover's endpoints. */

const integ = new Integ('ReplicationGroup');
const vpc = integ.isolatedVpc();
integ.expectSharing(new ReplicationGroupCache(integ.stack, 'Cache', { vpc, nodeType: 'cache.t4g.micro', replicas: 1 }), { vpc });
