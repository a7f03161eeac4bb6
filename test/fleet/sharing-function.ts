import { App, Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Topology } from './backend';
import { CacheAuth, CachedFunction, type CachedFunctionProps, DynamoDbCache, type ISharedCache, MemcachedCache, RedisCompatibleCache } from '../../src';
import type { SharedSettings } from '../../src/contract/shared-settings';
import type { FunctionDefinition } from '../../tools/lambda-emulator';
import { functionsFromAssembly } from '../../tools/lambda-emulator/cloud-assembly';
import { handlerSource } from '../equipment/emulate';

/** However busy the machine is. */
const PATIENCE = Duration.seconds(10);

/** A function as CloudFormation would make it, whose shared cache was made elsewhere: here. */
export function sharingFunction({ settings, environment }: Pick<Topology, 'settings' | 'environment'>, props: Partial<CachedFunctionProps> = {}): FunctionDefinition {
  const stack = new Stack(new App(), 'Shop');
  // eslint-disable-next-line no-new
  new CachedFunction(stack, 'GetThing', { entry: handlerSource('get-thing'), ...sharingProps(stack, settings), ...props });
  const [definition] = functionsFromAssembly((stack.node.root as App).synth().directory);
  return { ...definition, environment: { ...definition.environment, ...environment as Record<string, string> } };
}

/** The props by which a function reaches a shared cache and waits for it patiently. */
export function sharingProps(stack: Stack, settings: SharedSettings): Pick<CachedFunctionProps, 'vpc' | 'caching' | 'sharedCache'> {
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'] });
  return {
    vpc,
    caching: { ttl: Duration.hours(1), sharedTimeout: PATIENCE, sharedConnectTimeout: PATIENCE, sharedBudget: PATIENCE },
    sharedCache: sharedCache(stack, settings, vpc),
  };
}

function sharedCache(stack: Stack, settings: SharedSettings, vpc: IVpc): ISharedCache {
  switch (settings.kind) {
    case 'redis':
      return new RedisCompatibleCache(stack, 'Cache', {
        host: settings.host,
        port: Number(settings.port),
        cluster: settings.cluster,
        tls: settings.tls !== undefined,
        caCertificate: settings.tls?.ca,
        auth: CacheAuth.none(),
        vpc,
      });
    case 'memcached':
      return MemcachedCache.fromMemcachedCacheAttributes(stack, 'Cache', {
        memcachedCacheName: 'given', endpointAddress: settings.host, endpointPort: Number(settings.port), tls: false, vpc,
      });
    case 'dynamodb':
      return new DynamoDbCache(stack, 'Cache', { table: Table.fromTableName(stack, 'Table', settings.table) });
  }
}
