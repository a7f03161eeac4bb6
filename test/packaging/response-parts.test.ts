import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LAYER = join(__dirname, '..', '..', 'assets', 'layer', 'cdk-cached-function');
const MAX_BYTES = 14 * 1_024;

/** What is loaded where whole responses are cached; test/http/on-lambda.test.ts sees that nothing else is. */
test.each([
  ['by the construct', ['responses.cjs']],
  ['by the construct, where responses have CDN-Cache-Control', ['responses.cjs', 'structured-fields.cjs']],
  ['by code that is bundled, or imports an ES module', ['http.mjs', 'responses.cjs']],
  ['by code that requires a module', ['http.cjs', 'responses.cjs']],
  ['by a listener', ['http.cjs', 'listener.cjs']],
])('the parts of the layer that cache responses %s are small', (_, files) => {
  const bytes = files.map((file) => gzipSync(readFileSync(join(LAYER, file)), { level: 9 }).length);
  expect(bytes.reduce((total, each) => total + each)).toBeLessThanOrEqual(MAX_BYTES);
});
