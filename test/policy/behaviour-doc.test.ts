import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const document = readFileSync(join(__dirname, '../../docs/behaviour.md'), 'utf8');
/** A name alone is that of a file beside this one, a path begins at test/. */
const references = [...document.matchAll(/`([\w./-]+\.ts) › ([^`]+)`/g)].map(([, file, name]) => [file, name]);

test('docs/behaviour.md names tests', () => {
  expect(references.length).toBeGreaterThan(50);
});

test.each(references)('docs/behaviour.md names a test that exists: %s › %s', (file, name) => {
  const source = readFileSync(join(__dirname, file.includes('/') ? '..' : '', file), 'utf8').replaceAll('\\\'', '\'');
  expect(source.includes(`'${name}'`) || source.includes(`\`${name}\``) || source.includes(`\`${name} (\${CASES} cases)\``)).toBe(true);
});
