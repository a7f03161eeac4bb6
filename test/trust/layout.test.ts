import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { REPOSITORY } from '../packaging/packed';

/** Imports never go in a circle, those of types alone included: ESLint's import/no-cycle does not see these. And files have a length. */

const FOLDERS = ['src', 'lambda-runtime', 'tools', 'test', 'examples', 'benchmarks', 'projenrc'];

const MOST_LINES = 300;
const FEWEST_LINES = 20;

/** Files that are shorter though a single file imports them, each with the reason. */
const SHORT: Readonly<Record<string, string>> = {
  'lambda-runtime/http/cookies.ts': 'RFC 6265 is an idea of its own',
  'test/coherence/consistency/in-function/random.cjs': 'functions run it as it is, and the test that sends their events requires it',
  'tools/cache-tests/fronts/listener.ts': 'each front has a file',
  'src/function/injected-props.ts': 'cached-function.ts would be too long with it',
  'test/deploying/fixtures/shop-stack.ts': 'its name is what the test is about',
  'test/policy/handlers/product.ts': "it is a function's own code",
  'test/mutation/layer/jest-globals.ts': 'it is imported before all else, for what it sets',
  'benchmarks/inside/dax-handler.ts': "it is a function's own code",
};

const OPTIONS = { moduleResolution: ts.ModuleResolutionKind.Bundler };

const files = FOLDERS.flatMap((folder) => readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.[cm]?ts$|\.[cm]js$/.test(name) && !/node_modules|cdk\.out/.test(name))
  .map((name) => join(REPOSITORY, folder, name)));

const imports = new Map(files.map((file) => [file, ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles
  .map(({ fileName }) => fileName)
  .filter((name) => name.startsWith('.'))
  .flatMap((name) => ts.resolveModuleName(name, file, OPTIONS, ts.sys).resolvedModule?.resolvedFileName ?? [])]));

/** The first circle that is found from a file. */
function circleFrom(file: string, way: readonly string[], done: Set<string>): readonly string[] | undefined {
  if (way.includes(file)) {
    return [...way.slice(way.indexOf(file)), file].map((path) => relative(REPOSITORY, path));
  }
  if (done.has(file)) {
    return undefined;
  }
  for (const imported of imports.get(file) ?? []) {
    const circle = circleFrom(imported, [...way, file], done);
    if (circle !== undefined) {
      return circle;
    }
  }
  done.add(file);
  return undefined;
}

test('no file imports itself, directly or through others', () => {
  const done = new Set<string>();
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap((file) => circleFrom(file, [], done) ?? [])).toEqual([]);
});

/** Paths with their numbers of lines. */
const lengths = [join(REPOSITORY, '.projenrc.ts'), ...files].map((file) => ({
  path: relative(REPOSITORY, file), file, lines: readFileSync(file, 'utf8').trimEnd().split('\n').length,
}));

test(`no file has more than ${MOST_LINES} lines`, () => {
  expect(lengths.filter(({ lines }) => lines > MOST_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines: split it where a second idea begins`)).toEqual([]);
});

test(`a file of fewer than ${FEWEST_LINES} lines has several importers, or is run by its name`, () => {
  const importers = (imported: string) => [...imports].filter(([, all]) => all.includes(imported)).map(([file]) => relative(REPOSITORY, file));
  expect(lengths.filter(({ path, lines }) => lines < FEWEST_LINES && !/(^|\/)index\.ts$/.test(path) && !(path in SHORT)).flatMap(({ path, file, lines }) => {
    const [only, ...others] = importers(file);
    return only === undefined || others.length > 0 ? [] : [`${path} has ${lines} lines: move them into ${only}, its only importer, or give a reason in SHORT`];
  })).toEqual([]);
});

test.each([
  ['src', 'docs/architecture.md'],
  ['lambda-runtime', 'docs/architecture.md'],
  ['test', 'CONTRIBUTING.md'],
  ['tools', 'CONTRIBUTING.md'],
])('each folder of %s/ is in %s', (parent, document) => {
  const page = readFileSync(join(REPOSITORY, document), 'utf8');
  const folders = readdirSync(join(REPOSITORY, parent), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(folders.filter((name) => !new RegExp(`(^|[^\\w-])${name}/`).test(page))).toEqual([]);
});
