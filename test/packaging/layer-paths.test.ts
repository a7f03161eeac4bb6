import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../equipment/node-process';

/** The layer's hash decides whether a deployment replaces it: where it was built must not be in it. */

const ROOT = join(__dirname, '..', '..');
const LAYER = join('layer', 'cdk-cached-function');

test('the layer is the same wherever it is built, and names no path', () => {
  const root = temporaryDirectory({});
  for (const folder of ['lambda-runtime', 'src']) {
    cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  execFileSync(process.execPath, [join(root, 'lambda-runtime', 'build', 'build.mjs'), join(root, 'built')], { cwd: root, stdio: 'pipe' });

  const files = readdirSync(join(root, 'built', LAYER));
  expect(files).toEqual(expect.arrayContaining(['handler.mjs', 'redis.cjs', 'memcached.cjs', 'dynamodb.cjs']));
  for (const file of files) {
    const built = readFileSync(join(root, 'built', LAYER, file), 'utf8');
    expect(`${file}: ${built === readFileSync(join(ROOT, 'assets', LAYER, file), 'utf8') ? 'equal' : 'different'}`).toBe(`${file}: equal`);
    expect(built).not.toMatch(/["'`/]node_modules\//);
  }
});

test.each(['handler.mjs', 'redis.cjs', 'memcached.cjs', 'dynamodb.cjs', 'dax.cjs'])('%s does not make Node.js load performance, which takes half a millisecond of a cold start', (file) => {
  expect(readFileSync(join(ROOT, 'assets', LAYER, file), 'utf8')).not.toMatch(/\bperformance\b/);
});
