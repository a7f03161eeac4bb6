import { AdotLambdaExecWrapper, AdotLambdaLayerJavaScriptSdkVersion, AdotLayerVersion, Code, Runtime, TenancyConfig } from 'aws-cdk-lib/aws-lambda';
import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { DatadogLambda } from 'datadog-cdk-constructs-v2';
import { handler, Integ } from './integ';

/**
 * docs/unverified.md: callback handlers on Node.js 22; tenants; the published layers of OpenTelemetry and of Datadog around our handler;
 * the AWS SDK for ES modules.
 */

const integ = new Integ('Lambda');
const CALLBACK = 'exports.handler = (event, context, done) => done(null, event.id);';

const callback = integ.function('Callback', { entry: undefined, code: Code.fromInline(CALLBACK), handler: 'index.handler', runtime: Runtime.NODEJS_22_X });
integ.expectAnswer(callback, { id: '1' }, '1');

const isolated = integ.function('Isolated', { tenancyConfig: TenancyConfig.PER_TENANT });
for (const tenant of ['one', 'two']) {
  // Nobody else's environment has loaded it for this tenant.
  integ.expectTenantsAnswer(isolated, tenant, { id: '1' }, { ids: ['1'], loads: 1 });
}

const instrumented = integ.function('Traced', {
  memorySize: 512,
  adotInstrumentation: {
    layerVersion: AdotLayerVersion.fromJavaScriptSdkLayerVersion(AdotLambdaLayerJavaScriptSdkVersion.LATEST),
    execWrapper: AdotLambdaExecWrapper.REGULAR_HANDLER,
  },
});
// It writes its metrics to the log, so that it needs no account of Datadog's.
const datadog = new DatadogLambda(integ.stack, 'Datadog', { nodeLayerVersion: 130, addLayers: true, flushMetricsToLogs: true, site: 'datadoghq.eu' });
const observed = integ.function('Observed', { memorySize: 512 });
datadog.addLambdaFunctions([observed]);
for (const fn of [instrumented, observed]) {
  integ.expectAnswer(fn, { id: '1' }, { ids: ['1'], loads: 1 });
  integ.expectMetric(fn, 'Misses');
}

for (const runtime of [Runtime.NODEJS_22_X, Runtime.NODEJS_24_X]) {
  const id = `ModuleOn${runtime.name.replace(/\W/g, '')}`;
  integ.expectAnswer(integ.function(id, { entry: handler('find-sdk'), runtime, bundling: { format: OutputFormat.ESM } }), {}, 'function');
}
