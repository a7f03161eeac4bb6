import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Binaries, redisBinaries, valkeyBinaries } from './binaries';
import { CertificateAuthority } from './certificates';
import { RedisServer } from './redis-server';
import { freePorts } from '../free-ports';

const run = promisify(execFile);

const SHARDS = 3;

/** The nodes exchange their state every second. */
const LONGEST_GOSSIP_MS = 60_000;

/** A primary silently ignores a failover to a node that it does not yet know as its replica, as may happen soon after another failover. */
const ASK_AGAIN_MS = 1_000;

/** The log lines of servers of both kinds. */
const PROMOTED = /Failover election won/;
const DEMOTED = /Configuration change detected/;

/** Whether a node knows every replica of the others. */
function isComplete(nodes: string): boolean {
  return nodes.split('\n').filter((line) => / (myself,)?slave /.test(line)).length === SHARDS;
}

interface Member {
  readonly node: RedisServer;
  readonly id: string;
  /** Undefined if it is a primary itself. */
  readonly primaryId: string | undefined;
  readonly slots: readonly (readonly [first: number, last: number])[];
}

export interface RedisClusterOptions {
  /** Users, as in a Redis ACL file. @default - the user `default` may do everything, without a password */
  readonly acl?: readonly string[];
  /**
   * The ports that the nodes advertise to clients, in the order of the nodes: those of proxies. The nodes use them among
   * themselves too, except for the cluster bus.
   *
   * @default - the nodes' own
   */
  readonly announcedPorts?: readonly number[];
  /** Encrypts everything. @default true */
  readonly tls?: boolean;
  /** More lines of the nodes' configuration. */
  readonly config?: readonly string[];
  /** More environment variables of the nodes' processes. */
  readonly variables?: NodeJS.ProcessEnv;
  /** The ports of the nodes: three primaries, then a replica of each. @default - free ports */
  readonly ports?: readonly number[];
}

/** Starts three primaries with a replica each; resolves when every slot is served and the replicas are in step. */
export function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  return RedisCluster.start(redisBinaries(), options);
}

/** The same for Valkey, without encryption, which the available server was built without. */
export function startValkeyCluster(options: Omit<RedisClusterOptions, 'tls'> = {}): Promise<RedisCluster> {
  return RedisCluster.start(valkeyBinaries(), { ...options, tls: false });
}

/** A cluster whose nodes announce the host name `localhost`, like ElastiCache's if TLS is on. */
export class RedisCluster {
  private constructor(
    private readonly binaries: Binaries,
    private readonly directory: string,
    /** The certificate that clients must trust, in PEM; undefined without encryption. */
    public readonly ca: string | undefined,
    public readonly nodes: readonly RedisServer[],
  ) {}

  public static async start(binaries: Binaries, options: RedisClusterOptions): Promise<RedisCluster> {
    const { acl, announcedPorts, config = [], ports, tls = true, variables } = options;
    const directory = mkdtempSync(join(tmpdir(), 'redis-cluster-'));
    const authority = tls ? await CertificateAuthority.create(directory, 'own') : undefined;
    const certificate = await authority?.certificate();
    const available = await freePorts(SHARDS * 4);
    const busPorts = available.splice(0, SHARDS * 2);
    const nodes = await Promise.all(Array.from({ length: SHARDS * 2 }, (_, i) => RedisServer.start(binaries, {
      tls: certificate,
      acl,
      variables,
      port: ports?.[i] ?? available[i],
      config: [
        'cluster-enabled yes', 'cluster-config-file nodes.conf', 'cluster-node-timeout 2000', `cluster-port ${busPorts[i]}`,
        ...(tls ? ['tls-cluster yes', 'tls-replication yes'] : []),
        'cluster-announce-hostname localhost', 'cluster-preferred-endpoint-type hostname',
        ...(announcedPorts === undefined ? [] : [`cluster-announce-${tls ? 'tls-port' : 'port'} ${announcedPorts[i]}`]),
        ...config,
      ],
    })));
    const cluster = new RedisCluster(binaries, directory, authority?.pem, nodes);
    await cluster.join(busPorts);
    return cluster;
  }

  /** Clients may start with any node; this is the first. */
  public get host(): string {
    return this.nodes[0].host;
  }

  public get port(): number {
    return this.nodes[0].port;
  }

  /** The primary that serves a key. */
  public async primaryOf(key: string): Promise<RedisServer> {
    return this.servedBy(await this.slotOf(key), await this.members());
  }

  /** The replica of the primary that serves a key. */
  public async replicaOf(key: string): Promise<RedisServer> {
    const members = await this.members();
    const primary = this.servedBy(await this.slotOf(key), members);
    const { id } = members.find(({ node }) => node === primary)!;
    const replica = members.find(({ primaryId }) => primaryId === id);
    if (replica === undefined) {
      throw new Error(`The node on port ${primary.port} has no replica.`);
    }
    return replica.node;
  }

  /** Primary and replica of a key's shard change places without a failure; resolves when both know. */
  public async failOver(key: string): Promise<void> {
    const [primary, replica] = [await this.primaryOf(key), await this.replicaOf(key)];
    const [primarySince, replicaSince] = [primary.logLength, replica.logLength];
    const done = Promise.all([replica.logged(PROMOTED, replicaSince), primary.logged(DEMOTED, primarySince)]).then(() => true);
    await replica.call('CLUSTER', 'FAILOVER');
    while (!await Promise.race([done, setTimeout(ASK_AGAIN_MS, false)])) {
      // It replies that there is nothing to do if it has already become the primary, but the other does not know yet.
      await replica.call('CLUSTER', 'FAILOVER').catch(() => {});
    }
  }

  /** The primary of a key's shard dies; resolves with it when its replica has replaced it, some seconds later. */
  public async killPrimary(key: string): Promise<RedisServer> {
    const [primary, replica] = [await this.primaryOf(key), await this.replicaOf(key)];
    const since = replica.logLength;
    await primary.end('SIGKILL');
    await replica.logged(PROMOTED, since);
    return primary;
  }

  /** Moves the slots of keys, with their data, each to the next primary; resolves when all primaries know. */
  public async reshard(keys: readonly string[]): Promise<void> {
    const finish = await this.beginResharding(keys);
    await finish();
  }

  /** Starts to move slots: their data has moved, and their old owners redirect clients. Returns a function that completes the move. */
  public async beginResharding(keys: readonly string[]): Promise<() => Promise<void>> {
    const slots = new Set(await Promise.all(keys.map((key) => this.slotOf(key))));
    const members = await this.members();
    const primaries = members.filter(({ primaryId }) => primaryId === undefined);
    const moves = [...slots].map((slot) => {
      const from = members.find(({ node }) => node === this.servedBy(slot, members))!;
      return { slot, from, to: primaries[(primaries.indexOf(from) + 1) % primaries.length] };
    });
    for (const { slot, from, to } of moves) {
      await to.node.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
      await from.node.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
      await from.node.migrate(slot, to.node);
    }
    return async () => {
      for (const { slot, to } of moves) {
        for (const { node } of [to, ...primaries.filter((each) => each !== to)]) {
          await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
        }
      }
    };
  }

  public async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async join(busPorts: readonly number[]): Promise<void> {
    const addresses = this.nodes.map(({ port }, i) => `127.0.0.1:${port}@${busPorts[i]}`);
    const { cliOptions } = this.nodes[0];
    await run(this.binaries.cli, [...cliOptions, '--cluster', 'create', ...addresses, '--cluster-replicas', '1', '--cluster-yes']);
    await Promise.all(this.nodes.map((node) => node.logged(/Cluster state changed: ok/)));
    await Promise.all(this.nodes.slice(SHARDS).map((node) => node.logged(/(MASTER|PRIMARY) <-> REPLICA sync: Finished with success/)));
    // Which nodes are replicas spreads by gossip, and no node logs its arrival.
    const startedAt = performance.now();
    for (let views: string[] = []; views.length === 0 || !views.every(isComplete);) {
      if (performance.now() - startedAt > LONGEST_GOSSIP_MS) {
        throw new Error(`After ${LONGEST_GOSSIP_MS} ms, not every node of the cluster knows all replicas:\n${views.join('\n\n')}`);
      }
      await setTimeout(20);
      views = await Promise.all(this.nodes.map((node) => node.call('CLUSTER', 'NODES')));
    }
  }

  private async slotOf(key: string): Promise<number> {
    return Number(await this.nodes.find(({ isRunning }) => isRunning)!.call('CLUSTER', 'KEYSLOT', key));
  }

  private servedBy(slot: number, members: readonly Member[]): RedisServer {
    const member = members.find(({ slots }) => slots.some(([first, last]) => first <= slot && slot <= last));
    if (member === undefined) {
      throw new Error(`No node serves slot ${slot}.`);
    }
    return member.node;
  }

  /** Each node's view of itself. */
  private async members(): Promise<Member[]> {
    return Promise.all(this.nodes.filter(({ isRunning }) => isRunning).map(async (node) => {
      const nodes = await node.call('CLUSTER', 'NODES');
      const [id, , flags, primaryId, , , , , ...ranges] = nodes.split('\n').find((line) => line.includes('myself'))!.split(' ');
      const slots = ranges.filter((range) => !range.startsWith('[')).map((range) => {
        const [first, last = first] = range.split('-').map(Number);
        return [first, last] as const;
      });
      return { node, id, primaryId: flags.includes('master') ? undefined : primaryId, slots };
    }));
  }
}
