/** @jest-environment ./test/dax/outside-environment.ts */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { daxFunction, NODE_MODULES } from './dax-function';
import { DaxFixture } from './fixture';
import type { CachedFunctionProps } from '../../src';
import { type FunctionDefinition, type LambdaEmulator } from '../../tools/lambda-emulator';
import { missingDynamoDbLocal } from '../equipment/dynamodb-local';
import { describeOnLambda, emfLines, withEmulator } from '../equipment/emulate';
import { temporaryDirectory } from '../equipment/node-process';
import { missingRedis } from '../equipment/redis-servers';
import { CertificateAuthority } from '../equipment/redis-servers/certificates';

const describeAll = missingDynamoDbLocal() === undefined ? describeOnLambda : describe.skip;

function define(fixture: DaxFixture, props?: Partial<CachedFunctionProps>): FunctionDefinition {
  return daxFunction({ endpoint: fixture.dax.endpoint, environment: fixture.environment }, props);
}

/** What Lambda's runtime does for ES modules by a loader of its own. */
function withSdkForModules(definition: FunctionDefinition): FunctionDefinition {
  const link = join(definition.codeDirectory, 'node_modules');
  if (!existsSync(link)) {
    symlinkSync(NODE_MODULES, link);
  }
  return definition;
}

async function get(lambda: LambdaEmulator, event: object = { id: '1' }) {
  const { payload, functionError, stdout, coldStart } = await lambda.invoke(event);
  expect(functionError).toBeUndefined();
  const counted = emfLines(stdout).find((line) => 'DaxCalls' in line || 'DaxFallbacks' in line);
  return { payload, coldStart, counted };
}

describeAll('a product behind memory and DAX', () => {
  let fixture: DaxFixture;

  beforeAll(async () => {
    fixture = await DaxFixture.start();
  }, 60_000);

  afterAll(() => fixture.stop());

  beforeEach(async () => {
    await fixture.put({ id: '1', name: 'Tea' });
    fixture.dax.clearCaches();
    fixture.dax.resetCounts();
  });

  afterEach(() => fixture.dax.set('serve'));

  test('is read once from the table, once by each environment from DAX, and then from memory, despite freezes and recycling', async () => {
    await withEmulator(define(fixture), async (lambda) => {
      expect(await get(lambda)).toMatchObject({ payload: { id: '1', name: 'Tea' }, coldStart: true, counted: { DaxCalls: 1 } });
      expect(fixture.dax.counts).toMatchObject({ itemCacheMisses: 1, itemCacheHits: 0, originReads: 1 });

      // It is frozen between any two.
      expect(await get(lambda)).toMatchObject({ payload: { id: '1', name: 'Tea' }, coldStart: false, counted: undefined });
      expect(fixture.dax.counts).toMatchObject({ itemCacheMisses: 1, itemCacheHits: 0, originReads: 1 });

      await lambda.recycle();
      expect(await get(lambda)).toMatchObject({ payload: { id: '1', name: 'Tea' }, coldStart: true, counted: { DaxCalls: 1 } });
      expect(fixture.dax.counts).toMatchObject({ itemCacheMisses: 1, itemCacheHits: 1, originReads: 1 });

      expect(await get(lambda, { id: '1', rename: 'Coffee' })).toMatchObject({ payload: { id: '1', name: 'Coffee' }, counted: { DaxCalls: 2 } });
      expect(fixture.dax.counts).toMatchObject({ originWrites: 1 });
    });
  });

  test('is correct when DAX fails while the environment is frozen, and when it is back', async () => {
    await withEmulator(define(fixture), async (lambda) => {
      await get(lambda);
      await fixture.dax.set('refuse');

      expect(await get(lambda)).toMatchObject({ payload: { name: 'Tea' }, counted: undefined });
      expect(await get(lambda, { id: '1', rename: 'Coffee' })).toMatchObject({ payload: { name: 'Coffee' }, counted: { DaxFallbacks: 2 } });

      await fixture.dax.set('serve');
      fixture.dax.clearCaches();
      expect(await get(lambda, { id: '1', rename: 'Cocoa' })).toMatchObject({ payload: { name: 'Cocoa' }, counted: { DaxCalls: 2 } });
    });
  });

  test.each<[string, Partial<CachedFunctionProps>]>([
    ['is bundled with the AWS SDK, minified', { bundling: { minify: true, bundleAwsSDK: true } }],
    ['is an ES module beside the AWS SDK', { bundling: { format: OutputFormat.ESM } }],
    ['was built elsewhere, as an ES module', { code: prebuilt('mjs'), handler: 'index.handler' }],
    ['was built elsewhere, as CommonJS', { code: prebuilt('cjs'), handler: 'index.handler' }],
  ])('goes through DAX if its code %s', async (_, props) => {
    await withEmulator(withSdkForModules(define(fixture, props)), async (lambda) => {
      expect(await get(lambda)).toMatchObject({ payload: { id: '1', name: 'Tea' }, counted: { DaxCalls: 1 } });
      expect(await get(lambda, { id: '1', rename: 'Coffee' })).toMatchObject({ payload: { name: 'Coffee' }, counted: { DaxCalls: 2 } });
    });
  });

  (missingRedis() === undefined ? test : test.skip)('is read over TLS, from a server whose certificate the function trusts', async () => {
    const certificate = await (await CertificateAuthority.create(temporaryDirectory(), 'dax')).certificate();
    const tls = await DaxFixture.start({ tls: { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) } });
    try {
      const definition = define(tls);
      await withEmulator({ ...definition, environment: { ...definition.environment, NODE_EXTRA_CA_CERTS: certificate.caFile } }, async (lambda) => {
        expect(await get(lambda)).toMatchObject({ payload: { name: 'Tea' }, counted: { DaxCalls: 1 } });
      });
      await withEmulator(definition, async (lambda) => {
        expect(await get(lambda)).toMatchObject({ payload: { name: 'Tea' }, counted: { DaxFallbacks: 1 } });
      });
    } finally {
      await tls.stop();
    }
  }, 120_000);

  test('comes from the table directly if the cache is off, or if there is no DAX', async () => {
    const definition = define(fixture);
    for (const [name, value] of [
      ['CDK_CACHED_FUNCTION_MODE', 'off'],
      ['CDK_CACHED_FUNCTION_SETTINGS', '{"namespace":"","caching":{},"caches":{}}'],
    ]) {
      await withEmulator({ ...definition, environment: { ...definition.environment, [name]: value } }, async (lambda) => {
        expect(await get(lambda)).toMatchObject({ payload: { id: '1', name: 'Tea' }, counted: undefined });
      });
    }
    expect(fixture.dax.counts.requests).toEqual({});
  });
});

/** The same handler, as another build tool writes it. */
function prebuilt(extension: 'mjs' | 'cjs') {
  const imports = extension === 'mjs'
    ? `import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
       import { documentClient } from 'cdk-cached-function/dynamodb';`
    : `const { GetCommand, UpdateCommand } = require('@aws-sdk/lib-dynamodb');
       const { documentClient } = require('cdk-cached-function/dynamodb');`;
  const code = `${imports}
    const table = documentClient();
    const handler = async ({ id, rename }) => {
      if (rename !== undefined) {
        await table.send(new UpdateCommand({
          TableName: 'products', Key: { id }, UpdateExpression: 'SET #n = :n', ExpressionAttributeNames: { '#n': 'name' }, ExpressionAttributeValues: { ':n': rename },
        }));
      }
      return (await table.send(new GetCommand({ TableName: 'products', Key: { id } }))).Item;
    };
    ${extension === 'mjs' ? 'export { handler };' : 'exports.handler = handler;'}`;
  return Code.fromAsset(temporaryDirectory({ [`index.${extension}`]: code }));
}
