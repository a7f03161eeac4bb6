import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** ElastiCache allows 16 to 128 characters. */
const LENGTH = 64;

/**
 * A password that nobody knows, for an engine that is too old for IAM authentication.
 *
 * @internal
 */
export function cachePassword(cache: Construct): Secret {
  return new Secret(cache, 'Password', {
    description: `The password of the cache ${cache.node.path}`,
    generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'password', passwordLength: LENGTH, excludePunctuation: true },
  });
}
