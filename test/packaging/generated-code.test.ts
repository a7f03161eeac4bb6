import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackages, emptyFolder, REPOSITORY, run } from './packed';
import { missingGofmt } from '../equipment/missing-here';

/**
 * What is generated for Go and .NET. For Go, go.test.ts compiles it as well; for .NET, a job of the build workflow does where there is no dotnet.
 */

const hasDotnet = spawnSync('dotnet', ['--version']).status === 0;
if (!hasDotnet) {
  console.warn('The .NET code is generated, and not compiled: no dotnet. The job `package-dotnet` of the build workflow compiles it.');
}

interface Callable {
  readonly name?: string;
  readonly parameters?: readonly { readonly name: string }[];
}

interface Type extends Callable {
  readonly kind: string;
  readonly initializer?: Callable;
  readonly methods?: readonly Callable[];
  readonly properties?: readonly { readonly name: string }[];
}

const folder = emptyFolder();
const { types } = JSON.parse(readFileSync(join(REPOSITORY, '.jsii'), 'utf8')) as { types: Record<string, Type> };

function files(language: string, extension: string): string[] {
  return readdirSync(join(folder, 'dist', language), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(extension));
}

beforeAll(() => void buildPackages(folder, ['go', 'dotnet'], '--code-only'), 120_000);

test('every type has code in both languages', () => {
  const names = Object.values(types).map(({ name }) => name);
  expect(files('go', '.go').map((path) => path.split('/').pop())).toEqual(expect.arrayContaining(names.map((name) => `${name}.go`)));
  expect(files('dotnet', '.cs').map((path) => path.split('/').pop())).toEqual(expect.arrayContaining(names.map((name) => `${name}.cs`)));
});

(missingGofmt() === undefined ? test : test.skip)('the Go code has no syntax errors', () => {
  run('gofmt', ['-e', '-l', join(folder, 'dist', 'go')]);
});

if (hasDotnet) {
  test('the .NET code compiles', () => {
    run('dotnet', ['build', '--configuration', 'Release'], { cwd: join(folder, 'dist', 'dotnet', 'CdkCachedFunction', 'CdkCachedFunction') });
  }, 600_000);
}

describe('public names', () => {
  const callables = Object.values(types).flatMap((type) => [type.initializer, ...type.methods ?? []]);
  const parameters = callables.flatMap((callable) => callable?.parameters ?? []);

  // A parameter that is taken apart where it is declared has no name, and the Java made of it does not compile.
  test('exist for every parameter', () => {
    expect(parameters.length).toBeGreaterThan(0);
    expect(parameters.filter(({ name }) => !/^[a-z][A-Za-z0-9]*$/.test(name))).toEqual([]);
  });

  // `namespace` is a reserved word of C# in lower case; what is generated of a property is `Namespace`, which is none.
  test('are not reserved words, in any language\'s spelling', () => {
    const source = readFileSync(join(folder, 'dist', 'dotnet', files('dotnet', 'CachingOptions.cs').find((path) => !path.endsWith('ICachingOptions.cs'))!), 'utf8');
    expect(source).toContain('string? Namespace');
    const used = [...parameters.map(({ name }) => name), ...Object.values(types).flatMap(({ methods = [] }) => methods.map(({ name }) => name!))];
    expect(used.filter((name) => RESERVED.has(name))).toEqual([]);
  });
});

/** Of Java, C#, Python and Go, those that are plausible names of a method or a parameter. */
const RESERVED = new Set([
  'abstract', 'as', 'assert', 'async', 'await', 'base', 'boolean', 'break', 'byte', 'case', 'catch', 'chan', 'char', 'checked', 'class', 'const', 'continue',
  'decimal', 'def', 'default', 'defer', 'del', 'delegate', 'do', 'double', 'elif', 'else', 'enum', 'event', 'except', 'exec', 'explicit', 'extends', 'extern',
  'final', 'finally', 'fixed', 'float', 'for', 'foreach', 'from', 'func', 'global', 'go', 'goto', 'if', 'implements', 'implicit', 'import', 'in', 'instanceof', 'int',
  'interface', 'internal', 'is', 'lambda', 'lock', 'long', 'map', 'namespace', 'native', 'new', 'nonlocal', 'not', 'null', 'object', 'operator', 'or', 'out',
  'override', 'package', 'params', 'pass', 'print', 'private', 'protected', 'public', 'raise', 'range', 'readonly', 'ref', 'return', 'select', 'short', 'static',
  'string', 'struct', 'super', 'switch', 'synchronized', 'this', 'throw', 'throws', 'transient', 'try', 'type', 'typeof', 'union', 'unsafe', 'using', 'var',
  'virtual', 'void', 'volatile', 'while', 'with', 'yield',
]);
