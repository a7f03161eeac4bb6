import { Lazy, Token } from 'aws-cdk-lib';
import { CfnUser, CfnUserGroup, CfnUserProps } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import { CacheEngine } from './cache-engine';
import { physicalName } from './physical-name';
import { REDIS_COMMANDS } from '../contract/shared-settings';
import { invalidProp } from '../validation/errors';

/** Characters that need no escape in a pattern of an access string. */
const NAMESPACE = /^[A-Za-z0-9_./-]{1,200}$/;

/** ElastiCache's limit for a group. */
const MAX_USERS = 100;

/**
 * The users of one ElastiCache cache, who authenticate with IAM.
 *
 * They are in the cache's stack, not in the functions': the group must name them, and the cache names the group.
 *
 * @internal
 */
export class CacheUsers extends Construct {
  public readonly groupId: string;
  /** The user of all functions without their own user. */
  public readonly defaultUserId: string;
  private readonly userIds: string[] = [];
  /** For users whose ids are those of constructs of ours. */
  private readonly namesakes = new Construct(this, '@');

  public constructor(scope: Construct, id: string, private readonly engine: CacheEngine) {
    super(scope, id);
    if (engine === CacheEngine.REDIS_OSS) {
      // A group of Redis OSS must have a user named `default`; this one cannot do anything. A group of Valkey does not need it, and does not
      // allow it without a password (ElastiCache, Role-Based Access Control).
      this.addMember('NoDefault', { userName: 'default', authenticationMode: { Type: 'no-password-required' }, accessString: 'off -@all' });
    }
    this.defaultUserId = this.add('User');
    const group = new CfnUserGroup(this, 'Group', {
      engine,
      userGroupId: physicalName(this, [engine]),
      userIds: Lazy.list({ produce: () => this.userIds }),
    });
    this.groupId = group.ref;
    this.node.addValidation({
      validate: () => this.userIds.length > MAX_USERS ? [`${this.node.path} has ${this.userIds.length} users, but ElastiCache allows ${MAX_USERS}.`] : [],
    });
  }

  /** Adds a user who may run the runtime's commands on the namespace's keys, and nothing else. */
  public add(id: string, namespace?: string): string {
    if (this.node.scope?.node.tryFindChild(id) !== undefined) {
      throw invalidProp('addUser(id)', id, 'must be unique among the constructs in the cache', 'Choose another id.');
    }
    if (namespace !== undefined && (Token.isUnresolved(namespace) || !NAMESPACE.test(namespace))) {
      throw invalidProp('addUser(options.namespace)', namespace, "must be 1 to 200 letters, digits, '_', '.', '/' or '-', known before deploying",
        "It becomes part of the user's access string, where other characters have a special meaning.");
    }
    const commands = REDIS_COMMANDS.map((command) => `+${command}`).join(' ');
    const keys = namespace === undefined ? '~*' : `~${namespace}:*`;
    return this.addMember(id, { authenticationMode: { Type: 'iam' }, accessString: `on ${keys} -@all ${commands}` });
  }

  private addMember(id: string, props: Partial<CfnUserProps>): string {
    const home = new Construct(this.node.tryFindChild(id) === undefined ? this : this.namesakes, id);
    // With IAM, the name must be the id.
    const userId = physicalName(home, [this.engine]);
    const user = new CfnUser(home, 'Resource', { engine: this.engine, userId, userName: userId, ...props });
    this.userIds.push(user.ref);
    return userId;
  }
}
