import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, installed, link, pack, REPOSITORY, run, unpack } from './packed';
import { findNode } from '../../tools/lambda-emulator/node-binaries';

/** What users install: its content, and that it works for all of them. */

/** Everything that may be in it; the folders' own rules are below. */
const CONTENT = ['.jsii', 'CHANGELOG.md', 'LICENSE', 'README.md', 'assets', 'docs', 'lib', 'package.json', 'rosetta'];

const TYPESCRIPT = ['5.9', '6.0', '7.0'];
const NODE = ['22', '24'];

const consumer = emptyFolder();
const packed = pack(consumer);
const library = unpack(packed, join(consumer, 'node_modules', 'cdk-cached-function'));
['aws-cdk-lib', 'constructs', '@types/node'].forEach((name) => link(name, consumer));

function compiler(version: string): string | undefined {
  return installed(version, 'typescript', `typescript-${version}`);
}

/** `describe` for what this machine may lack. */
const describeWith = (part: unknown) => part === undefined ? describe.skip : describe;

function namesOf(pattern: RegExp): string[] {
  return packed.files.flatMap((path) => pattern.exec(path)?.[1] ?? []).sort();
}

describe('the packed tarball contains', () => {
  test('nothing but the library: no sources, tests, examples, tools', () => {
    expect([...new Set(packed.files.map((path) => path.split('/')[0]))].sort()).toEqual(CONTENT);
    expect([...new Set(packed.files.map((path) => path.split('/').slice(0, 2).join('/')).filter((path) => path.startsWith('assets/')))].sort())
      .toEqual(['assets/THIRD-PARTY-NOTICES', 'assets/layer', 'assets/runtime', 'assets/sbom.cdx.json']);
  });

  test('the guide, and no other document', () => {
    const guide = readdirSync(join(REPOSITORY, 'docs', 'guide')).map((name) => `docs/guide/${name}`).sort();
    expect(packed.files.filter((path) => path.startsWith('docs/')).sort()).toEqual(guide);
  });

  // Fails, too, if the build is older than the sources: `npx projen build:library`.
  test('each source file of the constructs, compiled and with its types, and no other file in lib', () => {
    const sources = readdirSync(join(REPOSITORY, 'src'), { recursive: true, encoding: 'utf8' })
      .flatMap((path) => /^(.*)\.ts$/.exec(path)?.[1] ?? []).sort();
    expect(namesOf(/^lib\/(.*)\.js$/)).toEqual(sources);
    expect(namesOf(/^lib\/(.*)\.d\.ts$/)).toEqual(sources);
    expect(packed.files.filter((path) => path.startsWith('lib/'))).toHaveLength(2 * sources.length);
  });

  test('the runtime as modules for Node.js and declarations, with all of their code, and nothing else in assets', () => {
    const others = packed.files.filter((path) => path.startsWith('assets/') && !/\.(mjs|cjs|d\.ts)$/.test(path));
    expect(others.sort()).toEqual(['assets/THIRD-PARTY-NOTICES', 'assets/runtime/types-esm/package.json', 'assets/sbom.cdx.json']);
  });

  test('everything that package.json refers to', () => {
    const targets = JSON.stringify([manifest().main, manifest().types, manifest().exports, manifest().typesVersions]).match(/"(\.\/|lib\/)[^"]*"(?!:)/g)!
      .map((target) => join(JSON.parse(target) as string));
    expect(targets.length).toBeGreaterThanOrEqual(10);
    expect(targets.filter((target) => !packed.files.includes(target))).toEqual([]);
  });

  test('separate declarations for ES modules and CommonJS, with the same content', () => {
    const declarations = (folder: string) => namesOf(new RegExp(`^assets/runtime/${folder}/(.*\\.d\\.ts)$`));
    expect(declarations('types')).toContain('lambda-runtime/api/runtime.d.ts');
    expect(declarations('types-esm')).toEqual(declarations('types'));
  });

  test('no path of the building machine, and only lib\'s inline source maps', () => {
    for (const path of packed.files) {
      expect(readFileSync(join(library, path), 'utf8').includes(REPOSITORY) ? path : '').toBe('');
    }
    expect(packed.files.filter((path) => path.endsWith('.map'))).toEqual([]);
  });
});

interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly exports: unknown;
  readonly typesVersions: unknown;
  readonly dependencies?: Record<string, string>;
  readonly bundledDependencies?: string[];
  readonly scripts?: Record<string, string>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as Manifest;
}

test('installing it installs nothing else, and runs nothing', () => {
  expect(manifest().dependencies ?? {}).toEqual({});
  expect(manifest().bundledDependencies ?? []).toEqual([]);
  expect(Object.keys(manifest().scripts ?? {}).filter((name) => /^(pre|post)?(install|prepare|publish)/.test(name))).toEqual([]);
});

/** What a user writes; each error that is expected also proves that types arrive: `any` would have none. */
const USES_TYPES = `
  const thing = cached('thing', (id: string) => ({ id, size: id.length }));
  export const size: Promise<number> = thing('1').then((value) => value.size);
  // @ts-expect-error The value is no text.
  export const text: Promise<string> = thing('1').then((value) => value.size);
  // @ts-expect-error The loader takes a text.
  void thing(1);

  const fn = new CachedFunction(new Stack(new App(), 'Stack'), 'Function', { entry: 'x.ts', caching: { ttl: Duration.minutes(1) } });
  export const name: string = fn.functionName;
  // @ts-expect-error A ttl is a Duration.
  new CachedFunction(fn.stack, 'Other', { caching: { ttl: 60 } });
`;
const IMPORTS = `
  import { App, Duration, Stack } from 'aws-cdk-lib';
  import { CachedFunction } from 'cdk-cached-function';
  import { cached } from 'cdk-cached-function/runtime';
`;
const REQUIRES = `
  import cdk = require('aws-cdk-lib');
  import library = require('cdk-cached-function');
  import runtime = require('cdk-cached-function/runtime');
  const { App, Duration, Stack } = cdk;
  const { CachedFunction } = library;
  const { cached } = runtime;
`;
writeFileSync(join(consumer, 'imports.mts'), IMPORTS + USES_TYPES);
// Becomes a `require` where the module format is CommonJS.
writeFileSync(join(consumer, 'imports.cts'), IMPORTS + USES_TYPES);
writeFileSync(join(consumer, 'requires.cts'), REQUIRES + USES_TYPES);
writeFileSync(join(consumer, 'imports.ts'), IMPORTS + USES_TYPES);
writeFileSync(join(consumer, 'requires.ts'), REQUIRES + USES_TYPES);
// With nothing from the CDK in it, the library's own declarations can be checked, too.
writeFileSync(join(consumer, 'handler.mts'), `
  export * from 'cdk-cached-function/runtime';
  // @ts-expect-error There is no default export; TypeScript sees one where it takes the declarations for CommonJS.
  import runtime from 'cdk-cached-function/runtime';
`);
writeFileSync(join(consumer, 'handler.cts'), "export * from 'cdk-cached-function/runtime';");

interface Check {
  readonly name: string;
  readonly options: readonly string[];
  readonly files: readonly string[];
}

const OPTIONS = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023', '--types', 'node'];

function check(name: string, module: string, resolution: string, files: readonly string[], ...more: readonly string[]): Check {
  return { name, files, options: [...OPTIONS, '--module', module, '--moduleResolution', resolution, ...more] };
}

const CHECKS = [
  ...['node16', 'nodenext'].map((resolution) =>
    check(`${resolution}, from ES modules and CommonJS`, resolution, resolution, ['imports.mts', 'imports.cts', 'requires.cts'], '--skipLibCheck')),
  check('bundler, from ES modules and by require', 'preserve', 'bundler', ['imports.mts', 'requires.cts'], '--skipLibCheck'),
  check('node16 with the runtime\'s own declarations checked', 'node16', 'node16', ['handler.mts', 'handler.cts']),
];

function classicChecks(...more: readonly string[]): Check[] {
  return [
    check('the classic node, module esnext, from ES modules', 'esnext', 'node10', ['imports.ts'], '--skipLibCheck', ...more),
    check('the classic node, module commonjs, from CommonJS', 'commonjs', 'node10', ['imports.ts', 'requires.ts'], '--skipLibCheck', ...more),
  ];
}

const [OLDER, DEPRECATING, NATIVE] = TYPESCRIPT;
const CHECKS_OF: Readonly<Record<string, readonly Check[]>> = {
  [OLDER]: [...CHECKS, ...classicChecks()],
  [DEPRECATING]: [...CHECKS, ...classicChecks('--ignoreDeprecations', '6.0')],
  [NATIVE]: CHECKS,
};

/** The errors of each check, '' for none. */
function typeCheck(version: string, checks: readonly Check[]): string[] {
  const commandLines = checks.map(({ options, files }) => [...options, ...files]);
  if (version === NATIVE) {
    const tsc = join(compiler(version)!, 'bin', 'tsc');
    return commandLines.map((each) => {
      const { stdout, stderr } = spawnSync(process.execPath, [tsc, ...each], { cwd: consumer, encoding: 'utf8' });
      return stdout + stderr;
    });
  }
  const each = commandLines.map((commandLine) => JSON.stringify(commandLine));
  return JSON.parse(run(process.execPath, [join(__dirname, 'type-check.cjs'), compiler(version)!, ...each], { cwd: consumer })) as string[];
}

describe.each(TYPESCRIPT)('with TypeScript %s it type-checks', (version) => {
  describeWith(compiler(version))('by moduleResolution', () => {
    const checks = CHECKS_OF[version];
    let errors: string[];

    beforeAll(() => {
      errors = typeCheck(version, checks);
    }, 240_000);

    test.each(checks.map(({ name }, index) => [name, index] as const))('%s', (_, index) => {
      expect(errors[index]).toBe('');
    });

    if (version === NATIVE) {
      test('but not with the classic node: this version has removed it', () => {
        expect(typeCheck(version, classicChecks())).toEqual([
          expect.stringMatching(/error TS\d+: Option 'moduleResolution=node10' has been removed/),
          expect.stringMatching(/error TS\d+: Option 'moduleResolution=node10' has been removed/),
        ]);
      }, 120_000);
    }
  });
});

/** Prints how often the origin was read for two calls, and whether the second construct shared the first's layer. */
const RUNS = `
  let loads = 0;
  const thing = cached('thing', (id) => ({ id, loads: ++loads }));
  const stack = new Stack(new App(), 'Shop');
  for (const id of ['GetThing', 'GetOther']) {
    new CachedFunction(stack, id, { code: Code.fromAsset('code'), handler: 'index.handler' });
  }
  const { Resources } = stack.node.root.synth().getStackByName('Shop').template;
  const layers = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::LayerVersion').length;
  thing('1').then(() => thing('1')).then((second) => console.log(JSON.stringify({ second, loads, layers })));
`;
mkdirSync(join(consumer, 'code'));
writeFileSync(join(consumer, 'code', 'index.mjs'), 'export const handler = async () => {};');
writeFileSync(join(consumer, 'run.mjs'), `
  import { App, Stack } from 'aws-cdk-lib';
  import { Code } from 'aws-cdk-lib/aws-lambda';
  import { CachedFunction } from 'cdk-cached-function';
  import { cached } from 'cdk-cached-function/runtime';
  ${RUNS}`);
writeFileSync(join(consumer, 'run.cjs'), `
  const { App, Stack } = require('aws-cdk-lib');
  const { Code } = require('aws-cdk-lib/aws-lambda');
  const { CachedFunction } = require('cdk-cached-function');
  const { cached } = require('cdk-cached-function/runtime');
  ${RUNS}`);

describe.each(NODE)('on Node.js %s it runs', (version) => {
  const runOnNode = (...more: string[]) => run(findNode(Number(version))!, more, { cwd: consumer, env: { ...process.env, CDK_VALIDATION: 'false' } });

  describeWith(findNode(Number(version)))('from', () => {
    test.each([['an ES module', 'run.mjs'], ['CommonJS', 'run.cjs']])('%s: a hit, and a template', (_, file) => {
      expect(JSON.parse(runOnNode(file))).toEqual({ second: { id: '1', loads: 1 }, loads: 1, layers: 1 });
    }, 60_000);

    test('both in one process, with one runtime', () => {
      writeFileSync(join(consumer, 'both.mjs'), `
        import { createRequire } from 'node:module';
        import { cached, invalidateTags, loadContext } from 'cdk-cached-function/runtime';
        const required = createRequire(import.meta.url)('cdk-cached-function/runtime');
        let loads = 0;
        const thing = cached('thing', (id) => { loadContext().tags = ['things']; return ++loads; });
        console.log(await thing('1'), await thing('1'));
        await required.invalidateTags('things');
        console.log(await thing('1'), cached !== required.cached);
      `);
      expect(runOnNode('both.mjs')).toBe('1 1\n2 true\n');
    });
  });
});
