import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnParameterGroup } from 'aws-cdk-lib/aws-dax';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { handler, Integ } from './integ';
import { CacheEndpoints, CacheMetric, DaxAccess, DaxCluster } from 'cdk-cached-function';

/**
 * docs/unverified.md: which permissions DAX checks, and how it rejects; its metrics; transactions; parameter groups. That a function in a
 * closed VPC reaches DAX by its security group, and DynamoDB by a gateway endpoint.
 */

const integ = new Integ('Dax');
const vpc = integ.isolatedVpc();
const products = new Table(integ.stack, 'Products', {
  partitionKey: { name: 'id', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});
const dax = new DaxCluster(integ.stack, 'Dax', { vpc, tables: [products], nodeType: 'dax.t3.small', nodes: 1, itemTtl: Duration.minutes(10) });
new CacheEndpoints(integ.stack, 'Endpoints', { vpc, daxClusters: [dax] });
const inFront = { vpc, dax, environment: { PRODUCTS: products.tableName }, timeout: Duration.seconds(30) };
const reading = { ...inFront, daxOptions: { access: DaxAccess.READ } };

const getProduct = integ.function('GetProduct', { ...reading, entry: join(__dirname, '..', '..', 'examples', 'dax', 'get-product.ts') });
integ.expectAnswer(getProduct, { pathParameters: { id: '1' } }, { statusCode: 404, body: 'There is no such product.' });
// That there is none is a value like others.
integ.expectAnswer(getProduct, { pathParameters: { id: '1' } }, { statusCode: 404, body: 'There is no such product.' });
integ.expectMetric(getProduct, 'Hits');
integ.expectMetric(getProduct, 'DaxCalls');
integ.expectDrawn(getProduct, ['Hit rate of DAX: DAX hit rate']);
integ.expectOfAws({
  service: 'CloudWatch',
  operation: 'ListMetrics',
  pick: ['Metrics.length'],
  input: { Namespace: 'AWS/DAX', MetricName: 'QueryCacheHits', Dimensions: [{ Name: 'ClusterId', Value: dax.clusterName }] },
}, [0]);

// DAX refuses, before anything is done; then DynamoDB does.
const putProduct = integ.function('PutProduct', { ...reading, entry: handler('put-product') });
integ.expectAnswer(putProduct, { id: '2' }, 'AccessDeniedException');
integ.expectMetric(putProduct, 'DaxErrors');
integ.expectAtMost(putProduct.metricCache(CacheMetric.DAX_UNKNOWN_WRITES), 0);

const transact = integ.function('Transact', { ...inFront, entry: handler('transact-twice') });
integ.expectAnswer(transact, {}, { times: 1 });
// Past DAX twice would be done once too.
integ.expectMetric(transact, 'DaxCalls');

const [inUse] = dax.node.findAll().filter((each) => each instanceof CfnParameterGroup);
integ.expectOfAws({
  service: 'DAX',
  operation: 'UpdateParameterGroup',
  pick: [],
  input: { ParameterGroupName: inUse.ref, ParameterNameValues: [{ ParameterName: 'record-ttl-millis', ParameterValue: '60000' }] },
}, 'InvalidParameterGroupStateFault');
// As a deployment with another `itemTtl` does.
const other = new CfnParameterGroup(integ.stack, 'Other', { parameterNameValues: { 'record-ttl-millis': '60000' } });
integ.expectOfAws({
  service: 'DAX',
  operation: 'UpdateCluster',
  pick: ['Cluster.ClusterName'],
  input: { ClusterName: dax.clusterName, ParameterGroupName: other.ref },
}, [dax.clusterName]);
integ.expectOfAws({
  service: 'DAX',
  operation: 'DescribeClusters',
  input: { ClusterNames: [dax.clusterName] },
  pick: ['Clusters.0.Status', 'Clusters.0.ParameterGroup.ParameterGroupName'],
}, ['available', other.ref]);
