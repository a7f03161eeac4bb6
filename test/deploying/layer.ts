import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { withRuntimeImport } from '../../src/function/runtime-code';
import { temporaryDirectory } from '../equipment/node-process';

export const LAYER = join(__dirname, '..', '..', 'assets', 'layer');

export interface LayerRun {
  /** What the construct would write; a namespace and no policies are there already. */
  readonly settings?: object;
  readonly environment?: NodeJS.ProcessEnv;
  /** More files of the function, by their paths. */
  readonly files?: Record<string, string>;
  /** @default - the one that runs the test */
  readonly node?: string;
}

export interface LayerOutcome {
  readonly answers: ({ readonly value: unknown } | { readonly error: string })[];
  readonly metrics: Record<string, unknown>[];
  readonly stderr: string;
}

/** A handler's source as the construct bundles it, as an ES module. */
export function bundled(source: string): string {
  const alias = { 'cdk-cached-function/runtime': String(withRuntimeImport().esbuildArgs!['--alias:cdk-cached-function/runtime']) };
  const { outputFiles } = buildSync({ stdin: { contents: source, resolveDir: __dirname }, bundle: true, platform: 'node', format: 'esm', alias, write: false });
  return outputFiles[0].text;
}

/** Takes what it needs itself before the function's code is loaded. */
const DRIVER = `
  const { stringify, parse } = JSON;
  const { handler } = await import('./opt/cdk-cached-function/handler.mjs');
  let request = 0;
  for (const event of parse(process.env.EVENTS)) {
    const context = { awsRequestId: 'request-' + request++, getRemainingTimeInMillis: () => 3_000 };
    const answer = await handler(event, context).then((value) => ({ value }), (error) => ({ error: error.message }));
    process.stdout.write(stringify({ answer }) + '\\n');
  }
  process.exit();
`;

/** Runs the layer as it is shipped around a handler's source, one event after the other, in a process of its own. */
export function runOnLayer(source: string, events: readonly unknown[], run: LayerRun = {}): LayerOutcome {
  const { settings, environment, files, node = process.execPath } = run;
  const task = Object.fromEntries(Object.entries({ 'index.mjs': source, ...files }).map(([name, text]) => [`task/${name}`, text]));
  const root = temporaryDirectory({ ...task, 'driver.mjs': DRIVER });
  cpSync(LAYER, join(root, 'opt'), { recursive: true });
  const { stdout, stderr } = spawnSync(node, [join(root, 'driver.mjs')], {
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      EVENTS: JSON.stringify(events),
      LAMBDA_TASK_ROOT: join(root, 'task'),
      _HANDLER: join(root, 'opt', 'cdk-cached-function', 'handler.handler'),
      AWS_LAMBDA_FUNCTION_NAME: 'on-layer',
      CDK_CACHED_FUNCTION_HANDLER: 'index.handler',
      CDK_CACHED_FUNCTION_SETTINGS: JSON.stringify({ namespace: 'test', caching: {}, caches: {}, ...settings }),
      ...environment,
    },
  });
  const lines = stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  return {
    answers: lines.filter((line) => 'answer' in line).map((line) => line.answer as LayerOutcome['answers'][number]),
    metrics: lines.filter((line) => '_aws' in line),
    stderr,
  };
}
