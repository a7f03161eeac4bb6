import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

const RUNTIME = join(__dirname, '..', '..', 'lambda-runtime');

const directories: string[] = [];

afterAll(() => directories.forEach((directory) => rmSync(directory, { recursive: true })));

export interface NodeOptions {
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Its executable; default: the current one. */
  readonly node?: string;
  readonly timeoutMs?: number;
}

/**
 * Runs an ES module in a separate Node.js process, for tests that jest cannot do: the real heap, one realm, real
 * module loading. The module may import from `lambda-runtime/`; its last line of output, as JSON, is the result.
 */
export function runModule<T>(source: string, options: NodeOptions = {}): T {
  const bundle = bundles.get(source) ?? bundleOf(source);
  bundles.set(source, bundle);
  return runFile<T>(bundle, options);
}

/** Some suites run one source many times, in different environments. */
const bundles = new Map<string, string>();

function bundleOf(source: string): string {
  const bundle = join(temporaryDirectory(), 'module.mjs');
  buildSync({
    stdin: { contents: source, resolveDir: join(RUNTIME, '..'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    outfile: bundle,
    logLevel: 'warning',
  });
  return bundle;
}

function runFile<T>(file: string, { flags = [], env = process.env, node = process.execPath, timeoutMs = 20_000 }: NodeOptions): T {
  const output = execFileSync(node, [...flags, file], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
  return JSON.parse(output.trimEnd().split('\n').at(-1)!) as T;
}

/** A new directory with the files, by their paths in it. */
export function temporaryDirectory(files: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'cached-function-'));
  directories.push(directory);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

export type Answer = { readonly value: unknown } | { readonly error: string; readonly message: string };

/**
 * Runs the layer's handler, in front of the user's code, as Lambda's runtime client does: events in one list overlap, and the lists
 * follow each other. It is faster than the emulator, since nothing freezes.
 */
export function runHandler(code: Record<string, string>, events: readonly (readonly unknown[])[], environment: NodeJS.ProcessEnv) {
  const layer = temporaryDirectory();
  buildSync({
    entryPoints: [join(RUNTIME, 'lambda', 'handler.ts'), join(RUNTIME, 'api', 'import-shim.ts')],
    outdir: layer,
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'warning',
  });
  const driver = join(temporaryDirectory({
    'driver.mjs': `
      const { handler } = await import(${JSON.stringify(join(layer, 'handler.mjs'))});
      const answers = [];
      let request = 0;
      for (const overlapping of ${JSON.stringify(events)}) {
        answers.push(...await Promise.all(overlapping.map((event) => handler(event, { awsRequestId: 'request-' + request++, getRemainingTimeInMillis: () => 3_000 }).then(
          (value) => ({ value }),
          (error) => ({ ...error, error: error.name, message: error.message }),
        ))));
      }
      process.stdout.write(JSON.stringify(answers) + '\\n');
    `,
  }), 'driver.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [driver], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LAMBDA_TASK_ROOT: temporaryDirectory(code), ...environment },
    timeout: 20_000,
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { answers: JSON.parse(lines.at(-1)!) as Answer[], stdout: lines.slice(0, -1).map((line) => `${line}\n`), stderr };
}
