import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { givenVpc, newFunction, newStack, newVpc, only, settingsOf, statements } from './stacks';
import { CacheAuth, CacheEndpoints, RedisCompatibleCache, type RedisCompatibleCacheProps } from '../../src';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

test('a function gets the server\'s address', () => {
  const stack = newStack();

  newFunction(stack, { sharedCache: new RedisCompatibleCache(stack, 'Cache', { host: 'cache.example.com', auth: CacheAuth.none() }) });

  expect(settingsOf(stack).shared).toEqual({ kind: 'redis', host: 'cache.example.com', port: 6379, tls: {} });
  expect(only(stack, 'AWS::Lambda::Function')).not.toHaveProperty('VpcConfig');
  Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
});

test('and its connection settings', () => {
  const stack = newStack();

  newFunction(stack, {
    sharedCache: new RedisCompatibleCache(stack, 'Cache', { host: 'cache', port: 7000, cluster: true, caCertificate: CERTIFICATE, auth: CacheAuth.none() }),
  });

  expect(settingsOf(stack).shared).toEqual({ kind: 'redis', host: 'cache', port: 7000, cluster: true, tls: { ca: CERTIFICATE } });
});

test('a secret\'s permissions, its key\'s included, are granted; its ARN is in the settings, and its content nowhere', () => {
  const stack = newStack();
  const secret = new Secret(stack, 'Secret', { encryptionKey: new Key(stack, 'Key') });

  newFunction(stack, { sharedCache: new RedisCompatibleCache(stack, 'Cache', { host: 'cache', auth: CacheAuth.secret(secret) }) });

  expect(settingsOf(stack)).toMatchObject({ shared: { auth: { type: 'secret', arn: "{'Ref':'SecretA720EF05'}" } } });
  expect(statements(stack).map(({ Action }) => Action)).toEqual([['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret']]);
  expect(JSON.stringify(only(stack, 'AWS::KMS::Key').KeyPolicy)).toContain('secretsmanager.eu-west-1.amazonaws.com');
  expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('resolve:secretsmanager');
});

describe('is an error at synth:', () => {
  test.each<[string, Partial<RedisCompatibleCacheProps>, string]>([
    ['a URL', { host: 'rediss://cache' },
      "RedisCompatibleCache Shop/Cache: host must be a host name or an IP address, without a scheme, port or path, but is 'rediss://cache'. Remove the scheme and anything after the host; set the port with `port`."],
    ['a host with its port', { host: 'cache.example.com:6379' }, "without a scheme, port or path, but is 'cache.example.com:6379'"],
    ['no host', { host: '' }, 'host must be a host name or an IP address'],
    ['a host that is missing, in JavaScript', { host: undefined as never }, "host must be a host name or an IP address, but is undefined. For example: 'cache.example.com'."],
    ['auth that is missing, in JavaScript', { auth: undefined as never }, 'auth must be given, but is undefined. Use CacheAuth.iam(), CacheAuth.secret() or CacheAuth.none().'],
    ['an invalid port', { port: 0 }, 'port must be a whole number from 1 to 65535, but is 0'],
    ['a certificate that is a path', { caCertificate: './ca.pem' }, "caCertificate must be a certificate in PEM format, but is './ca.pem'"],
    ['a certificate without TLS', { caCertificate: CERTIFICATE, tls: false }, 'tls must not be false when caCertificate is set'],
    ['IAM', { auth: CacheAuth.iam({ userId: 'reader' }) }, 'Only ElastiCache accepts IAM tokens'],
  ])('%s', (_, props, message) => {
    expect(() => new RedisCompatibleCache(newStack(), 'Cache', { host: 'cache', auth: CacheAuth.none(), ...props })).toThrow(message);
  });

  test('a certificate too large for the environment variables', () => {
    const stack = newStack();
    const caCertificate = `-----BEGIN CERTIFICATE-----\n${'x'.repeat(4_000)}\n-----END CERTIFICATE-----\n`;
    newFunction(stack, { sharedCache: new RedisCompatibleCache(stack, 'Cache', { host: 'cache', auth: CacheAuth.none(), caCertificate }) });

    expect(() => Template.fromStack(stack)).toThrow(/environment must be at most 4096 bytes/);
  });

  test('no encryption across the internet causes a warning', () => {
    const stack = newStack();
    new RedisCompatibleCache(stack, 'Open', { host: 'cache', tls: false, auth: CacheAuth.none() });
    new RedisCompatibleCache(stack, 'Inside', { host: 'cache', tls: false, auth: CacheAuth.none(), vpc: givenVpc(stack) });

    Annotations.fromStack(stack).hasWarning('/Shop/Open', Match.stringLikeRegexp('anyone on the network path can read entries and passwords'));
    Annotations.fromStack(stack).hasNoWarning('/Shop/Inside', Match.anyValue());
  });
});

describe('endpoints for functions without a NAT gateway', () => {
  test('are those that their caches need', () => {
    const stack = newStack();
    const vpc = newVpc(stack);
    const cache = new RedisCompatibleCache(stack, 'Cache', { host: 'cache', vpc, auth: CacheAuth.secret(new Secret(stack, 'Secret')) });

    const endpoints = new CacheEndpoints(stack, 'Endpoints', { vpc, caches: [cache] });

    expect(endpoints.dynamoDb).toBeUndefined();
    expect(only(stack, 'AWS::EC2::VPCEndpoint')).toMatchObject({
      ServiceName: 'com.amazonaws.eu-west-1.secretsmanager', VpcEndpointType: 'Interface', PrivateDnsEnabled: true,
    });
  });

  test('can be limited to some functions', () => {
    const stack = newStack();
    const vpc = givenVpc(stack);
    const cache = new RedisCompatibleCache(stack, 'Cache', { host: 'cache', vpc, auth: CacheAuth.secret(new Secret(stack, 'Secret')) });
    const fn = newFunction(stack, { vpc, sharedCache: cache });

    expect(() => new CacheEndpoints(stack, 'None', { vpc, caches: [cache] })).toThrow('functions must be given for a VPC whose CIDR block is unknown');
    new CacheEndpoints(stack, 'Endpoints', { vpc, caches: [cache], functions: [fn] });

    expect(only(stack, 'AWS::EC2::SecurityGroupIngress')).toMatchObject({
      FromPort: 443, SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching('^GetThingSecurityGroup'), 'GroupId'] },
    });
  });

  test('are not created if there is no password', () => {
    const stack = newStack();
    const vpc = givenVpc(stack);

    const endpoints = new CacheEndpoints(stack, 'Endpoints', { vpc, caches: [new RedisCompatibleCache(stack, 'Cache', { host: 'cache', vpc, auth: CacheAuth.none() })] });

    expect(endpoints.secretsManager).toBeUndefined();
    Template.fromStack(stack).resourceCountIs('AWS::EC2::VPCEndpoint', 0);
  });
});
