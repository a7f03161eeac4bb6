import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { CacheAuth } from './cache-auth';
import { SharedCacheBinding, SharedCacheClient } from './shared-cache';
import { RedisSettings } from '../contract/shared-settings';
import { allowConnectionsFrom, Location } from '../network/network';
import { checkSameAccount } from '../network/same-account';

/**
 * How a Redis-compatible server is reached and used.
 *
 * @internal
 */
export interface RedisAccess {
  readonly settings: Omit<RedisSettings, 'kind' | 'auth'>;
  readonly auth: CacheAuth;
  /** Absent: no VPC is between the function and the server. */
  readonly location?: Location;
  /** Its identity in ElastiCache; absent if it is not an ElastiCache cache. */
  readonly elastiCache?: { readonly arn: string; readonly name: string; readonly serverless?: true };
}

/**
 * Lets a function use the server.
 *
 * @internal
 */
export function bindClient(client: SharedCacheClient, cache: IConstruct, access: RedisAccess): SharedCacheBinding {
  const { settings, location, elastiCache } = access;
  if (elastiCache !== undefined) {
    checkSameAccount(client.function, cache);
  }
  if (location !== undefined) {
    allowConnectionsFrom(client, cache, location);
  }
  grantConnect(client.function, cache, access);
  const rendered = render(access);
  return { settings: { kind: 'redis', ...settings, ...(rendered !== undefined && { auth: rendered }) } };
}

/**
 * Lets a client authenticate to the server.
 *
 * @internal
 */
export function grantConnect(grantee: IGrantable, cache: IConstruct, access: RedisAccess): Grant {
  const { auth, elastiCache } = access;
  if (auth._secret !== undefined) {
    return auth._secret.grantRead(grantee);
  }
  const rendered = render(access);
  if (rendered?.type !== 'iam') {
    return Grant.drop(grantee, `${cache.node.path} requires no authentication.`);
  }
  const user = Stack.of(cache).formatArn({
    service: 'elasticache', resource: 'user', resourceName: rendered.user, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return Grant.addToPrincipal({ grantee, actions: ['elasticache:Connect'], resourceArns: [elastiCache!.arn, user] });
}

function render({ auth, elastiCache }: RedisAccess): RedisSettings['auth'] {
  return auth._render(elastiCache && { cache: elastiCache.name, ...(elastiCache.serverless && { serverless: true }) });
}
