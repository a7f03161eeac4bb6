import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFUSED_WORDS } from '../../projenrc/refused-words';
import { REPOSITORY } from '../packaging/packed';

/** No document, message or comment has a word that docs/style.md refuses. The linter finds those of code; this, those of all other files, too. */

const STYLE = 'docs/style.md';
const ALL = ['*.md', 'src', 'lambda-runtime', 'tools', 'test'];
const NOT_PUBLISHED = /^test\//;

const rules = REFUSED_WORDS.map(({ words, ...row }) => ({
  ...row, pattern: new RegExp(`\\b(${words.map((word) => word.replaceAll(' ', '\\s+')).join('|')})\\b`, 'gi'),
}));

function refused(path: string, text: string): string[] {
  const lineAt = (index: number) => text.slice(0, index).split('\n').length;
  return rules.filter(({ everywhere }) => everywhere || !NOT_PUBLISHED.test(path)).flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map(({ 0: word, index }) => `${path}:${lineAt(index)} has "${word}"; write: ${instead}`));
}

test('docs/style.md lists words, and a text with one of them is found', () => {
  expect(rules.length).toBeGreaterThan(10);
  // eslint-disable-next-line no-restricted-syntax
  expect(refused('src/example.ts', 'fine\nTags are\nbelieved')).toEqual(['src/example.ts:3 has "believed"; write: trust, assume']);
});

test('no document, message or comment has a refused word', () => {
  const paths = execFileSync('git', ['ls-files', '--', ...ALL], { cwd: REPOSITORY, encoding: 'utf8' }).trim().split('\n')
    .filter((path) => /\.(md|[mc]?[jt]s)$/.test(path) && ![STYLE, 'API.md', 'test/trust/words.test.ts'].includes(path));
  expect(paths.flatMap((path) => refused(path, readFileSync(join(REPOSITORY, path), 'utf8')))).toEqual([]);
});
