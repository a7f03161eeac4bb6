import { Duration, Validations } from 'aws-cdk-lib';
import { Connections, IConnectable, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, ContainerInsights, CpuArchitecture, FargateService, FargateTaskDefinition, LogDrivers, Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

const IMAGE = 'docker.dragonflydb.io/dragonflydb/dragonfly:v1.37.2';
const PORT = 6379;
const MEMORY_MB = 2_048;
/** The rest is for connections and for the server's own work. */
const MAX_MEMORY_MB = 1_536;

export interface DragonflyProps {
  readonly vpc: IVpc;
}

/** One Dragonfly server on Fargate, found by its name in the VPC. */
export class Dragonfly extends Construct implements IConnectable {
  /** Its name in the VPC. */
  public readonly host: string;
  /** What clients must know. */
  public readonly password: Secret;
  /** Nobody is let in yet. */
  public readonly connections: Connections;

  public constructor(scope: Construct, id: string, { vpc }: DragonflyProps) {
    super(scope, id);
    this.password = new Secret(this, 'Password', {
      description: 'The password of Dragonfly',
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'password', passwordLength: 64, excludePunctuation: true },
    });
    Validations.of(this.password).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The server reads it when it starts: a rotation must restart it, and is left to its operator.',
    });
    const cluster = new Cluster(this, 'Cluster', {
      vpc,
      containerInsightsV2: ContainerInsights.ENABLED,
      defaultCloudMapNamespace: { name: 'dragonfly.internal' },
    });
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: 512,
      memoryLimitMiB: MEMORY_MB,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64 },
    });
    const password = EcsSecret.fromSecretsManager(this.password, 'password');
    task.addContainer('Server', {
      image: ContainerImage.fromRegistry(IMAGE),
      command: ['dragonfly', '--logtostderr', '--cache_mode=true', `--maxmemory=${MAX_MEMORY_MB}mb`, '--dbfilename='],
      portMappings: [{ containerPort: PORT }],
      secrets: { DFLY_requirepass: password, REDISCLI_AUTH: password },
      healthCheck: {
        command: ['CMD-SHELL', 'redis-cli ping | grep -q PONG'],
        interval: Duration.seconds(10),
        timeout: Duration.seconds(3),
        retries: 3,
        startPeriod: Duration.seconds(10),
      },
      logging: LogDrivers.awsLogs({ streamPrefix: 'dragonfly', logRetention: RetentionDays.ONE_MONTH }),
    });
    const service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition: task,
      desiredCount: 1,
      // Two servers at once would be two caches that know nothing of each other.
      minHealthyPercent: 0,
      maxHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      cloudMapOptions: { name: 'cache', dnsTtl: Duration.seconds(10) },
    });
    this.connections = service.connections;
    this.host = `${service.cloudMapService!.serviceName}.${cluster.defaultCloudMapNamespace!.namespaceName}`;
  }
}
