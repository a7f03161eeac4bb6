/**
 * Finds the unit tests: the suites that do not import, directly or indirectly, anything that starts a process or a server, opens a
 * socket or loads CDK. The imports decide, so there is no list to maintain; `no-processes-or-sockets.cjs` enforces this while they run.
 */
const { readdirSync } = require('node:fs');
const { join, relative, sep } = require('node:path');
const { buildSync } = require('esbuild');

const ROOT = join(__dirname, '..', '..');

/** Forbidden in a suite and its imports. The runtime's own sources import clients, which open nothing before they are used. */
const REFUSED = /^(node:)?(child_process|cluster|dgram|http|http2|https|net|tls|worker_threads)$|^(aws-cdk-lib|constructs|esbuild)(\/|$)/;

/** Forbidden anywhere, since an import loads it. */
const REFUSED_IN_SOURCES = /^(aws-cdk-lib|constructs)(\/|$)/;

/** The paths of all unit suites, from the root of the repository. */
function unitSuites() {
  const suites = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.split(sep).includes('node_modules'))
    .map((path) => `test/${path.split(sep).join('/')}`);
  const { inputs } = buildSync({
    absWorkingDir: ROOT, entryPoints: suites, bundle: true, write: false, metafile: true, outdir: 'unused', platform: 'node',
    packages: 'external', logLevel: 'error', loader: { '.node': 'empty' },
  }).metafile;
  return suites.filter((suite) => isUnit(suite, inputs)).sort();
}

function isUnit(suite, inputs) {
  const seen = new Set([suite]);
  for (const path of seen) {
    const refused = /^(src|lambda-runtime)\//.test(path) ? REFUSED_IN_SOURCES : REFUSED;
    for (const imported of inputs[path].imports) {
      if (!imported.external) {
        seen.add(imported.path);
      } else if (refused.test(imported.path)) {
        return false;
      }
    }
  }
  return true;
}

module.exports = { unitSuites, ROOT };

if (require.main === module) {
  console.log(unitSuites().map((path) => relative('.', join(ROOT, path))).join('\n'));
}
