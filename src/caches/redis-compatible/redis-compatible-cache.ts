import { Connections, IConnectable, ISecurityGroup, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { inConstruct, invalidProp } from '../../validation/errors';
import { assertHost } from '../../validation/property-types';
import { warn } from '../../validation/warnings';
import { assertAuth, CacheAuth, warnOfNoAuth } from '../cache-auth';
import { checkRange } from '../check-elasticache';
import { bindClient, grantConnect, RedisAccess } from '../redis-access';
import { CacheNeeds, ISharedCache, SharedCacheBinding, SharedCacheClient } from '../shared-cache';

const DEFAULT_PORT = 6379;

/**
 * Properties of a RedisCompatibleCache.
 */
export interface RedisCompatibleCacheProps {
  /** The host name or address of the server, without a scheme. */
  readonly host: string;

  /**
   * The port of the server.
   *
   * @default 6379
   */
  readonly port?: number;

  /**
   * Whether the server uses Redis's cluster protocol. `host` is then any of its nodes.
   *
   * @default false
   */
  readonly cluster?: boolean;

  /**
   * Whether connections to the server use TLS.
   *
   * @default true
   */
  readonly tls?: boolean;

  /**
   * The certificate, in PEM, of the authority that signed the server's certificate. It counts towards the 4 KB limit of the function's
   * environment variables.
   *
   * @default - the authorities that Node.js trusts
   */
  readonly caCertificate?: string;

  /** How functions authenticate to the server: CacheAuth.secret() or CacheAuth.none(). */
  readonly auth: CacheAuth;

  /**
   * The VPC of the server. The functions that use the server must be in it too.
   *
   * @default - none: functions reach the server over the internet, or from their own network
   */
  readonly vpc?: IVpc;

  /**
   * The server's security groups. The library may add rules to them that admit functions.
   *
   * @default - none: the existing groups must admit the functions already
   */
  readonly securityGroups?: ISecurityGroup[];
}

/**
 * A shared cache on any Redis-compatible server: Dragonfly, Valkey or Redis, self-hosted or as a service.
 */
export class RedisCompatibleCache extends Construct implements ISharedCache, IConnectable {
  /**
   * @internal
   */
  public readonly _needs: CacheNeeds;

  /** The network connections of the server; without security groups if none were given. */
  public readonly connections: Connections;

  private readonly access: RedisAccess;

  constructor(scope: Construct, id: string, props: RedisCompatibleCacheProps) {
    super(scope, id);
    const { host, port = DEFAULT_PORT, cluster = false, tls = true, caCertificate, auth, vpc, securityGroups = [] } = props;
    inConstruct('RedisCompatibleCache', this, () => {
      checkRedisCompatibleCache(props);
    });
    if (vpc === undefined) {
      warnOfNoAuth(this, auth, host);
    }
    if (!tls && vpc === undefined) {
      warn(this, 'plaintext',
        "`tls` is false and the cache has no `vpc`: anyone on the network path can read entries and passwords. Use TLS, or pass the server's `vpc`.", { prop: 'tls' });
    }
    this.connections = new Connections({ securityGroups, defaultPort: Port.tcp(port) });
    this.access = {
      settings: { host, port, ...(cluster && { cluster: true }), ...(tls && { tls: { ...(caCertificate !== undefined && { ca: caCertificate }) } }) },
      auth,
      location: vpc && { vpc, securityGroups, port: Port.tcp(port) },
    };
    this._needs = { secretsManager: auth._secret !== undefined };
  }

  /**
   * Lets another client authenticate to the server: a container or a stream processor that invalidates entries, for example.
   * Use `connections` to open the network to it.
   *
   * @returns the grant to read the server's password; an empty grant if it has none
   */
  public grantConnect(grantee: IGrantable): Grant {
    return grantConnect(grantee, this, this.access);
  }

  /**
   * @internal
   */
  public _allowConnectionsFrom(client: SharedCacheClient): SharedCacheBinding {
    return bindClient(client, this, this.access);
  }
}

function checkRedisCompatibleCache({ host, port, tls = true, caCertificate, auth }: RedisCompatibleCacheProps): void {
  assertHost('host', host, 'port');
  assertAuth(auth);
  auth._render(undefined);
  if (caCertificate !== undefined && !(typeof caCertificate === 'string' && caCertificate.includes('-----BEGIN CERTIFICATE-----'))) {
    throw invalidProp('caCertificate', String(caCertificate).slice(0, 40), 'must be a certificate in PEM format', "It begins with '-----BEGIN CERTIFICATE-----'.");
  }
  if (!tls && caCertificate !== undefined) {
    throw invalidProp('tls', tls, 'must not be false when caCertificate is set', 'Leave one of them out.');
  }
  checkRange('port', port, 1, 65_535, 'Leave it out for 6379.');
}
