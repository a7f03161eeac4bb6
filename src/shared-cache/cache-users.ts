import { Lazy, Token } from 'aws-cdk-lib';
import { CfnUser, CfnUserGroup, CfnUserProps } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import { CacheEngine } from './cache-engine';
import { physicalName } from './physical-name';
import { invalidProp } from '../errors';
import { REDIS_COMMANDS } from '../runtime-settings';

/** What can stand in a pattern of an access string as it is. */
const NAMESPACE = /^[A-Za-z0-9_./-]{1,200}$/;

/** ElastiCache allows so many users in a group. */
const MAX_USERS = 100;

/**
 * The users of one cache of ElastiCache, who authenticate by IAM.
 *
 * Beside the cache and not beside the functions: the group must name them, and the cache names the group.
 *
 * @internal
 */
export class CacheUsers extends Construct {
  public readonly groupId: string;
  /** The user for whatever uses the cache without a user of its own. */
  public readonly everywhere: string;
  private readonly userIds: string[] = [];
  /** For users whose ids are those of constructs of ours. */
  private readonly namesakes = new Construct(this, '@');

  public constructor(scope: Construct, id: string, private readonly engine: CacheEngine) {
    super(scope, id);
    if (engine === CacheEngine.REDIS_OSS) {
      // A group of Redis OSS must have a user named `default`, and nobody is to be it. In a group of Valkey it need not be, and must not
      // be without a password (ElastiCache, Role-Based Access Control).
      this.addMember('NoDefault', { userName: 'default', authenticationMode: { Type: 'no-password-required' }, accessString: 'off -@all' });
    }
    this.everywhere = this.add('User');
    const group = new CfnUserGroup(this, 'Group', {
      engine,
      userGroupId: physicalName(this, [engine]),
      userIds: Lazy.list({ produce: () => this.userIds }),
    });
    this.groupId = group.ref;
    this.node.addValidation({
      validate: () => this.userIds.length > MAX_USERS ? [`${this.node.path} has ${this.userIds.length} users, and ElastiCache allows ${MAX_USERS}.`] : [],
    });
  }

  /** Adds a user who may do on the keys of the namespace what the runtime does, and nothing else. */
  public add(id: string, namespace?: string): string {
    if (this.node.scope?.node.tryFindChild(id) !== undefined) {
      throw invalidProp('addUser(id)', id, 'must differ from the ids of all other constructs in the cache', 'Choose another id.');
    }
    if (namespace !== undefined && (Token.isUnresolved(namespace) || !NAMESPACE.test(namespace))) {
      throw invalidProp('addUser(options.namespace)', namespace, "must be 1 to 200 letters, digits, '_', '.', '/' or '-', known before deploying",
        "It becomes part of the user's access string, where other characters mean something else.");
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
