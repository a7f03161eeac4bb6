import { sign } from 'aws4';
import type { IamAuthSettings } from '../../../src/contract/shared-settings.js';
import { credentialsOf } from '../aws-service.js';

/** How long a token is valid for connecting (ElastiCache's user guide, "Authenticating with IAM"). */
const VALID_SECONDS = 900;

/**
 * The token that ElastiCache accepts as a password: a presigned request to it (SigV4), without `http://`.
 */
export function iamToken({ user, cache, serverless }: IamAuthSettings, environment: NodeJS.ProcessEnv): string {
  const query = new URLSearchParams({
    'Action': 'connect',
    'User': user,
    ...(serverless && { ResourceType: 'ServerlessCache' }),
    'X-Amz-Expires': String(VALID_SECONDS),
  });
  const { path } = sign({
    service: 'elasticache',
    region: environment.AWS_REGION,
    host: cache,
    path: `/?${query.toString()}`,
    signQuery: true,
  }, credentialsOf(environment));
  return cache + path!;
}
