import { join } from 'node:path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { FlowLogDestination, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { acknowledgeServiceRole } from '../acknowledge';
import { CachedFunction, CacheEndpoints, DaxAccess, DaxCluster } from 'cdk-cached-function';

/** DAX in front of a table: what one environment has read, every other finds there, and DynamoDB when DAX fails. */

const app = new App();
const stack = new Stack(app, 'DaxCatalog');

// Nothing in here needs the internet: no NAT gateway.
const vpc = new Vpc(stack, 'Vpc', {
  maxAzs: 3,
  natGateways: 0,
  subnetConfiguration: [{ name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
  flowLogs: { all: { destination: FlowLogDestination.toCloudWatchLogs() } },
});
const products = new Table(stack, 'Products', {
  partitionKey: { name: 'id', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  removalPolicy: RemovalPolicy.RETAIN,
});
const dax = new DaxCluster(stack, 'Dax', {
  vpc,
  tables: [products],
  itemTtl: Duration.minutes(5),
  queryTtl: Duration.seconds(30),
});
new CacheEndpoints(stack, 'Endpoints', { vpc, daxClusters: [dax] });

new CachedFunction(stack, 'GetProduct', {
  entry: join(__dirname, 'get-product.ts'),
  runtime: Runtime.NODEJS_24_X,
  memorySize: 256,
  vpc,
  environment: { PRODUCTS: products.tableName },
  // Memory before DAX: an item that was just read costs nothing at all.
  caching: { ttl: Duration.seconds(30) },
  dax,
  daxOptions: { access: DaxAccess.READ },
});

acknowledgeServiceRole(app);
