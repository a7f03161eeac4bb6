import { Connections, IConnectable, ISecurityGroup, IVpc, Port } from 'aws-cdk-lib/aws-ec2';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { assertAuth, CacheAuth, warnOfNoAuth } from './cache-auth';
import { checkRange } from './check';
import { giveAccess, grantConnect, RedisAccess } from './redis-access';
import { CacheNeeds, ISharedCache, SharedCacheBinding, SharedCacheGuest } from './shared-cache';
import { inConstruct, invalidProp } from '../errors';
import { assertHost } from '../property-types';
import { warn } from '../warnings';

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
   * Whether the server speaks Redis's cluster protocol. `host` is then any of its nodes.
   *
   * @default false
   */
  readonly cluster?: boolean;

  /**
   * Whether the server speaks TLS.
   *
   * @default true
   */
  readonly tls?: boolean;

  /**
   * The certificate of the authority that signed the server's, in PEM. It takes room in the function's environment variables, which
   * hold 4 KB.
   *
   * @default - those authorities that Node.js trusts
   */
  readonly caCertificate?: string;

  /** How functions prove that they may use the server: CacheAuth.secret() or CacheAuth.none(). */
  readonly auth: CacheAuth;

  /**
   * The VPC of the server, where the functions that use it must be too.
   *
   * @default - it is reached over the internet, or from wherever the function is
   */
  readonly vpc?: IVpc;

  /**
   * Security groups of the server that may be changed to let functions in.
   *
   * @default - none: it must let them in already
   */
  readonly securityGroups?: ISecurityGroup[];
}

/**
 * Any server that speaks Redis's protocol: Dragonfly, Valkey or Redis on machines of your own, or as a service.
 */
export class RedisCompatibleCache extends Construct implements ISharedCache, IConnectable {
  /**
   * @internal
   */
  public readonly _needs: CacheNeeds;

  /** Who reaches the server; without security groups if none were given. */
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
        '`tls` is false and the server is in no VPC: entries and passwords can be read on their way. Use TLS, or say the `vpc` that the server is in.', { prop: 'tls' });
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
   * Lets somebody who is no CachedFunction authenticate to the server: a container or a stream processor that invalidates entries, say. What
   * opens the network to it is `connections`.
   *
   * @returns the grant: to read the server's password; of nothing, where it has none
   */
  public grantConnect(grantee: IGrantable): Grant {
    return grantConnect(grantee, this, this.access);
  }

  /**
   * @internal
   */
  public _letIn(guest: SharedCacheGuest): SharedCacheBinding {
    return giveAccess(guest, this, this.access);
  }
}

function checkRedisCompatibleCache({ host, port, tls = true, caCertificate, auth }: RedisCompatibleCacheProps): void {
  assertHost('host', host, 'port');
  assertAuth(auth);
  auth._render(undefined);
  if (caCertificate !== undefined && !(typeof caCertificate === 'string' && caCertificate.includes('-----BEGIN CERTIFICATE-----'))) {
    throw invalidProp('caCertificate', String(caCertificate).slice(0, 40), 'must be a certificate in PEM', "It begins with '-----BEGIN CERTIFICATE-----'.");
  }
  if (!tls && caCertificate !== undefined) {
    throw invalidProp('tls', tls, 'must not be false where caCertificate is given', 'Leave one of the two out.');
  }
  checkRange('port', port, 1, 65_535, 'Leave it out for 6379.');
}
