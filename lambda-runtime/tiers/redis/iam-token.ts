import { sign } from 'aws4';
import type { IamAuthSettings } from '../../../src/runtime-settings.js';
import { credentialsOf } from '../aws-service.js';

/** How long a token can be used to connect (ElastiCache's user guide, "Authenticating with IAM"). */
const VALID_SECONDS = 900;

/**
 * What ElastiCache takes for a password: a request to it, signed in advance (SigV4), without its `http://`.
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
