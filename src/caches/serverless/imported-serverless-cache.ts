import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Connections, ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { inConstruct } from '../../validation/errors';
import { assertHost, assertText } from '../../validation/property-types';
import { assertAuth, CacheAuth, warnOfNoAuth } from '../cache-auth';
import { checkRange } from '../check-elasticache';
import { RedisAccess } from '../redis-access';
import { SERVERLESS_PORTS, ServerlessCacheBase } from './serverless-cache-base';
import { CacheNeeds } from '../shared-cache';

const DEFAULT_PORT = 6379;

/**
 * Attributes for importing an existing serverless cache.
 */
export interface ServerlessCacheAttributes {
  /** The name of the cache. */
  readonly serverlessCacheName: string;

  /** The host name of its endpoint. */
  readonly endpointAddress: string;

  /**
   * The port of its endpoint.
   *
   * @default 6379
   */
  readonly endpointPort?: number;

  /**
   * The VPC of the cache.
   *
   * @default - none: it has a public endpoint
   */
  readonly vpc?: IVpc;

  /**
   * The cache's security groups. The library may add rules to them that admit functions.
   *
   * @default - none: the existing groups must admit the functions already
   */
  readonly securityGroups?: ISecurityGroup[];

  /** How functions authenticate to the cache, for example CacheAuth.iam() with one of the cache's users. */
  readonly auth: CacheAuth;
}

/**
 * @internal
 */
export class ImportedServerlessCache extends ServerlessCacheBase {
  public readonly _needs: CacheNeeds;
  public readonly serverlessCacheName: string;
  public readonly connections: Connections;

  public constructor(scope: Construct, id: string, private readonly attributes: ServerlessCacheAttributes) {
    super(scope, id);
    inConstruct('ServerlessCache', this, () => {
      assertText('serverlessCacheName', attributes.serverlessCacheName, 'my-cache');
      assertHost('endpointAddress', attributes.endpointAddress, 'endpointPort');
      assertAuth(attributes.auth);
      checkRange('endpointPort', attributes.endpointPort, 1, 65_535, 'Leave it out for 6379.');
    });
    if (attributes.vpc === undefined) {
      warnOfNoAuth(this, attributes.auth, attributes.endpointAddress);
    }
    this.serverlessCacheName = attributes.serverlessCacheName;
    this.connections = new Connections({ securityGroups: attributes.securityGroups, defaultPort: SERVERLESS_PORTS });
    this._needs = { secretsManager: attributes.auth._secret !== undefined, internet: attributes.vpc === undefined };
  }

  public _access(): RedisAccess {
    const { serverlessCacheName: name, endpointAddress: host, endpointPort: port = DEFAULT_PORT, vpc, auth } = this.attributes;
    const { securityGroups } = this.connections;
    const arn = Stack.of(this).formatArn({
      service: 'elasticache', resource: 'serverlesscache', resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return {
      settings: { host, port, cluster: true, tls: {} },
      auth,
      location: vpc && { vpc, securityGroups, port: SERVERLESS_PORTS },
      elastiCache: { arn, name, serverless: true },
    };
  }
}
