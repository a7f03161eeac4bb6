/** How long a shared tier may keep an invocation waiting. An absent one has the runtime's default. */
export interface TimeoutSettings {
  /** The longest wait for one call; absent: 50 ms. */
  readonly timeoutMs?: number;
  /** The longest wait for a connection that is being made; absent: 250 ms. */
  readonly connectTimeoutMs?: number;
  /** The longest total of all waits in one invocation; absent: 250 ms. */
  readonly budgetMs?: number;
  /**
   * Changes whenever the cache is replaced, so that the function's template differs and CloudFormation updates the function.
   * The runtime does not read it. Absent if another setting changes too.
   */
  readonly incarnation?: string;
}

/** The shared tier of a function. `kind` names its client bundle in the layer. */
export type SharedSettings = RedisSettings | MemcachedSettings | DynamoDbSettings;

/** Every kind of shared tier. The compiler refuses a kind of `SharedSettings` that is missing here. */
export const TIERS = {
  redis: { layerId: 'Redis', dropsOldEntries: false },
  memcached: { layerId: 'Memcached', dropsOldEntries: true },
  dynamodb: { layerId: 'DynamoDb', dropsOldEntries: true },
} as const satisfies Record<SharedSettings['kind'], TierFacts>;

interface TierFacts {
  /** The suffix that its client adds to the id of the runtime's layer in a stack. */
  readonly layerId: string;
  /** Whether it drops entries after MAX_RETENTION_DAYS, even if they could still be used. */
  readonly dropsOldEntries: boolean;
}

/** The longest that DynamoDB and Memcached keep an entry. */
export const MAX_RETENTION_DAYS = 30;

/** A Redis-compatible server. */
export interface RedisSettings extends TimeoutSettings {
  readonly kind: 'redis';
  readonly host: string;
  /** Text where only CloudFormation knows it. */
  readonly port: number | string;
  /** The server speaks Redis's cluster protocol. */
  readonly cluster?: true;
  /** Absent: not encrypted. */
  readonly tls?: {
    /** The certificate, in PEM, of the authority that signed the server's; absent: those that Node.js trusts. */
    readonly ca?: string;
  };
  /** Absent: no authentication. */
  readonly auth?: IamAuthSettings | SecretAuthSettings;
}

/** Servers with Memcached's text protocol, and no users. */
export interface MemcachedSettings extends TimeoutSettings {
  readonly kind: 'memcached';
  readonly host: string;
  /** Text where only CloudFormation knows it. */
  readonly port: number | string;
  /** The address is that of an ElastiCache cluster, which lists its nodes by Auto Discovery. */
  readonly discovery?: true;
  /** Absent: not encrypted. */
  readonly tls?: {
    /** The certificate, in PEM, of the authority that signed the server's; absent: those that Node.js trusts. */
    readonly ca?: string;
  };
}

/** A token signed with the function's role replaces a password. */
export interface IamAuthSettings {
  readonly type: 'iam';
  /** The id of the ElastiCache user, which is its name too. */
  readonly user: string;
  /** The name of the cache: tokens are signed for it, not for its address. */
  readonly cache: string;
  readonly serverless?: true;
}

/** A secret in Secrets Manager, read when a connection is made: a JSON object with `password` and optionally `username`, or the password alone. */
export interface SecretAuthSettings {
  readonly type: 'secret';
  readonly arn: string;
}

/** A table of DynamoDB. */
export interface DynamoDbSettings extends TimeoutSettings {
  readonly kind: 'dynamodb';
  readonly table: string;
  /** The names of attributes. */
  readonly partitionKey: string;
  readonly timeToLive: string;
  /** Absent: the table has none. */
  readonly sortKey?: string;
}

/** The actions that the runtime performs on a table, and the function's role must allow. */
export const DYNAMODB_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'] as const;

/** The commands that the runtime sends to a Redis server, and its user must be allowed to call. */
export const REDIS_COMMANDS = [
  // Reading entries and what was invalidated.
  'get', 'mget', 'hmget',
  // Storing and invalidating: scripts, and what they call.
  'eval', 'set', 'getrange', 'hget', 'hset', 'hlen', 'del', 'time',
  // For a cluster's slot that is being migrated to another node.
  'asking',
  // Connecting.
  'auth', 'cluster|slots',
] as const;
