import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, aws_lambda as lambda, CfnParameter, Stack } from 'aws-cdk-lib';
import { startInProcess } from './fixture';
import { zipOf } from './zip';
import { functionsFromAssembly } from '../../tools/lambda-emulator';
import { temporaryDirectory } from '../equipment/node-process';

describe('a function from a cloud assembly', () => {
  function synth(define: (stack: Stack) => void, props = {}): string {
    const app = new App({ outdir: temporaryDirectory(), analyticsReporting: false, context: { 'aws:cdk:enable-path-metadata': true } });
    define(new Stack(app, 'Shop', props));
    return app.synth().directory;
  }
  const defaults = { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler' };

  test('is what CloudFormation would make of it', async () => {
    const code = temporaryDirectory({ 'index.mjs': 'import { greeting } from "/opt/x.mjs";' });
    const layer = temporaryDirectory({ 'x.mjs': 'export const handler = async () => process.env;' });
    const assembly = synth((stack) => {
      const parameter = new CfnParameter(stack, 'Url', { default: 'http://default' });
      const table = new CfnParameter(stack, 'Table');
      const fn = new lambda.Function(stack, 'Get', {
        ...defaults,
        code: lambda.Code.fromAsset(code),
        handler: '/opt/x.handler',
        layers: [new lambda.LayerVersion(stack, 'Layer', { code: lambda.Code.fromAsset(layer) })],
        memorySize: 512,
        loggingFormat: lambda.LoggingFormat.JSON,
        environment: {
          URL: `${parameter.valueAsString}/items`,
          TABLE: table.valueAsString,
          WHERE: `${stack.region} ${stack.account} ${stack.stackName} ${stack.partition} ${stack.urlSuffix} ${stack.stackId}`,
          SUB: 'plain',
        },
      });
      (fn.node.defaultChild as lambda.CfnFunction).addPropertyOverride('Environment.Variables.SUB', {
        'Fn::Sub': ['${!Kept}/${Url}/${Mine}/${Queue.Arn}', { Mine: { 'Fn::Select': ['1', { 'Fn::Split': ['-', 'a-b'] }] } }],
      });
      new lambda.Function(stack, 'Python', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('x = 1') });
    });

    const definitions = functionsFromAssembly(assembly, { resolve: { 'Table': 'products', 'Queue.Arn': 'arn:queue' } });
    expect(definitions).toEqual([{
      functionName: expect.stringMatching(/^Shop-Get/),
      handler: '/opt/x.handler',
      codeDirectory: expect.stringContaining('asset.'),
      layerDirectories: [expect.stringContaining('asset.')],
      environment: {
        URL: 'http://default/items',
        TABLE: 'products',
        WHERE: 'us-east-1 123456789012 Shop aws amazonaws.com arn:aws:cloudformation:us-east-1:123456789012:stack/Shop/00000000-0000-0000-0000-000000000000',
        SUB: '${Kept}/http://default/b/arn:queue',
      },
      runtime: 'nodejs24.x',
      memorySizeMb: 512,
      timeoutMs: 3_000,
      logFormat: 'JSON',
    }]);
    expect(readFileSync(join(definitions[0].codeDirectory, 'index.mjs'), 'utf8')).toContain('greeting');
    expect(existsSync(join(definitions[0].layerDirectories[0], 'x.mjs'))).toBe(true);
    const inProcess = await startInProcess(definitions[0]);
    expect((await inProcess.invoke({})).payload).toMatchObject({ TABLE: 'products' });
  });

  test('values known only at deploy time are errors that name them', () => {
    const assembly = synth((stack) => {
      const other = new lambda.Function(stack, 'Other', { ...defaults, code: lambda.Code.fromInline('exports.handler = async () => 1;') });
      new lambda.Function(stack, 'Get', { ...defaults, code: lambda.Code.fromInline('exports.handler = async () => 1;'), environment: { OTHER: other.functionArn } });
    });
    const unresolvable = /^Shop: Resources\.Get\w+\.Properties\.Environment\.Variables\.OTHER .*resolve: \{ '(Other\w+\.Arn)'/;
    expect(() => functionsFromAssembly(assembly)).toThrow(unresolvable);
    expect(functionsFromAssembly(assembly, { functions: ['Shop/Other'] })).toHaveLength(1);
    const arn = catchMessage(() => functionsFromAssembly(assembly)).match(unresolvable)![1];
    expect(functionsFromAssembly(assembly, { resolve: { [arn]: 'arn:other' }, functions: ['Shop/Get'] })[0].environment).toEqual({ OTHER: 'arn:other' });
    expect(() => functionsFromAssembly(assembly, { functions: ['Shop/Nobody'] })).toThrow('Shop/Nobody');
    expect(() => functionsFromAssembly(assembly, 'Elsewhere')).toThrow('no stack Elsewhere');
  });

  test('inline code, zip files, and a region', async () => {
    const inline = functionsFromAssembly(synth((stack) => {
      new lambda.Function(stack, 'Get', { ...defaults, functionName: 'inline', code: lambda.Code.fromInline('exports.handler = async () => "inline";') });
    }, { env: { region: 'eu-west-1', account: '111111111111' } }), 'Shop')[0];
    expect(inline).toMatchObject({ functionName: 'inline', memorySizeMb: 128, environment: { AWS_REGION: 'eu-west-1' } });
    const zipped = functionsFromAssembly(synth((stack) => {
      new lambda.Function(stack, 'Get', { ...defaults, code: lambda.Code.fromAsset(zipOf('index.js', 'exports.handler = async () => "zipped";')) });
    }))[0];
    for (const [definition, payload] of [[inline, 'inline'], [zipped, 'zipped']] as const) {
      const inProcess = await startInProcess(definition);
      expect((await inProcess.invoke({})).payload).toBe(payload);
    }
  });
});

function catchMessage(action: () => unknown): string {
  try {
    action();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
