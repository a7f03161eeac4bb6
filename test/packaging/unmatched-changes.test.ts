import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY } from './packed';
import { temporaryDirectory } from '../equipment/node-process';

/** What the build changes in a package that has become another version must not go unnoticed. */

const BUILD = join(REPOSITORY, 'lambda-runtime', 'build');

const urlOf = (module: string) => JSON.stringify(pathToFileURL(join(BUILD, module)).href);

/** Builds an entry that imports a package of one file with these options; returns the error's message. */
function buildWith(options: string): string | undefined {
  const root = temporaryDirectory({
    'entry.js': "import './node_modules/package/index.js'; import tls from 'tls'; console.log(tls);",
    'node_modules/package/index.js': "exports.limit = 'a limit';",
    'node_modules/package/package.json': '{ "name": "package" }',
    'build.mjs': `
      import { build } from ${urlOf('bundle-with-sbom.mjs')};
      import { changing, replacing } from ${urlOf('must-match.mjs')};
      const options = { ${options} };
      const message = await build({ entryPoints: ['entry.js'], outfile: 'built.js', bundle: true, platform: 'node', logLevel: 'silent', ...options })
        .then(() => undefined, (error) => error.message);
      console.log(JSON.stringify({ message }));`,
  });
  return (JSON.parse(execFileSync(process.execPath, ['build.mjs'], { cwd: root, encoding: 'utf8' })) as { message?: string }).message;
}

test.each([
  ['a replacement', "plugins: [replacing('shorter', { 'package/index.js': [['a bound', '']] })]", 'package/index.js has nothing that matches a bound'],
  ['a file', "plugins: [replacing('shorter', { 'package/main.js': [['a limit', '']] })]", 'shorter: package/main.js matches nothing in built.js'],
  ['one of several changes', "plugins: [changing('late', ['tls', 'crypto'], (_, matched) => matched('tls'))]", 'late: crypto matches nothing in built.js'],
  ['an alias', "alias: { debug: './entry.js' }", 'the alias of debug matches nothing in built.js'],
  ['what is left out', "drop: ['debugger']", 'drop of debugger matches nothing in built.js'],
])('%s that matches nothing fails the build', (_, options, message) => {
  expect(buildWith(options)).toContain(message);
});

test('a change that matches passes', () => {
  expect(buildWith("alias: { tls: './node_modules/package/index.js' }, drop: ['console'], plugins: [replacing('shorter', { 'package/index.js': [['a limit', '']] })]")).toBeUndefined();
});
