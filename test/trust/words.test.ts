import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../packaging/packed';

/** No document, message or comment has a word that docs/style.md refuses; that table is the only list. */

const STYLE = 'docs/style.md';
const ALL = ['*.md', 'src', 'lambda-runtime', 'tools', 'test'];
const NOT_PUBLISHED = /^test\//;

interface Rule {
  readonly words: RegExp;
  readonly instead: string;
  readonly everywhere: boolean;
}

function rulesOf(table: string): Rule[] {
  const rows = [...table.matchAll(/^\| (.+) \| (.+) \| (all|published) \|$/gm)];
  return rows.map(([, words, instead, where]) => ({
    words: new RegExp(`\\b(${words.split(', ').map((word) => word.replaceAll(' ', '\\s+')).join('|')})\\b`, 'gi'), instead, everywhere: where === 'all',
  }));
}

const rules = rulesOf(readFileSync(join(REPOSITORY, STYLE), 'utf8'));

function refused(path: string, text: string): string[] {
  const lineAt = (index: number) => text.slice(0, index).split('\n').length;
  return rules.filter(({ everywhere }) => everywhere || !NOT_PUBLISHED.test(path)).flatMap(({ words, instead }) =>
    [...text.matchAll(words)].map(({ 0: word, index }) => `${path}:${lineAt(index)} has "${word}"; write: ${instead}`));
}

test('docs/style.md lists words, and a text with one of them is found', () => {
  expect(rules.length).toBeGreaterThan(10);
  expect(refused('src/example.ts', 'fine\nTags are\nbelieved')).toEqual(['src/example.ts:3 has "believed"; write: trust, assume']);
});

test('no document, message or comment has a refused word', () => {
  const paths = execFileSync('git', ['ls-files', '--', ...ALL], { cwd: REPOSITORY, encoding: 'utf8' }).trim().split('\n')
    .filter((path) => /\.(md|[mc]?[jt]s)$/.test(path) && ![STYLE, 'API.md', 'test/trust/words.test.ts'].includes(path));
  expect(paths.flatMap((path) => refused(path, readFileSync(join(REPOSITORY, path), 'utf8')))).toEqual([]);
});
