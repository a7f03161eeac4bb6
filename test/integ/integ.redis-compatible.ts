import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Integ } from './integ';
import { Dragonfly } from '../../examples/dragonfly/dragonfly';
import { CacheAuth, RedisCompatibleCache } from 'cdk-cached-function';

/** A server of one's own: the Dragonfly of the example, and a password in Secrets Manager. The NAT gateway is for its image. */

const integ = new Integ('RedisCompatible');
const vpc = new Vpc(integ.stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
const dragonfly = new Dragonfly(integ.stack, 'Dragonfly', { vpc });
const cache = new RedisCompatibleCache(integ.stack, 'Cache', {
  host: dragonfly.host, tls: false, auth: CacheAuth.secret(dragonfly.password), vpc, securityGroups: dragonfly.connections.securityGroups,
});
integ.expectSharing(cache, { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } });
