import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IConstruct } from 'constructs';
import { CacheAuth } from './cache-auth';
import { SharedCacheBinding, SharedCacheGuest } from './shared-cache';
import { letIn, Location } from '../network';
import { RedisSettings } from '../runtime-settings';
import { checkSamePlace } from '../same-place';

/**
 * How a server that speaks Redis is reached and used.
 *
 * @internal
 */
export interface RedisAccess {
  readonly settings: Omit<RedisSettings, 'kind' | 'auth'>;
  readonly auth: CacheAuth;
  /** Absent: no VPC is between the function and the server. */
  readonly location?: Location;
  /** What ElastiCache knows it by; absent where it does not. */
  readonly elastiCache?: { readonly arn: string; readonly name: string; readonly serverless?: true };
}

/**
 * Lets a function use the server.
 *
 * @internal
 */
export function giveAccess(guest: SharedCacheGuest, cache: IConstruct, { settings, auth, location, elastiCache }: RedisAccess): SharedCacheBinding {
  if (elastiCache !== undefined) {
    checkSamePlace(guest.function, cache);
  }
  if (location !== undefined) {
    letIn(guest, cache, location);
  }
  auth._secret?.grantRead(guest.function);
  const rendered = auth._render(elastiCache && { cache: elastiCache.name, ...(elastiCache.serverless && { serverless: true }) });
  if (rendered?.type === 'iam') {
    const user = Stack.of(cache).formatArn({
      service: 'elasticache', resource: 'user', resourceName: rendered.user, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    guest.function.addToRolePolicy(new PolicyStatement({ actions: ['elasticache:Connect'], resources: [elastiCache!.arn, user] }));
  }
  return { settings: { kind: 'redis', ...settings, ...(rendered !== undefined && { auth: rendered }) } };
}
