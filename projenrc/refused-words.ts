import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A row of docs/style.md's table, the only list of words that no document, message or comment may have. */
export interface RefusedWords {
  readonly words: readonly string[];
  readonly instead: string;
  /** In tests too. */
  readonly everywhere: boolean;
}

const ROW = /^\| (.+) \| (.+) \| (all|published) \|$/gm;

export const REFUSED_WORDS: readonly RefusedWords[] = [...readFileSync(join(__dirname, '..', 'docs', 'style.md'), 'utf8').matchAll(ROW)]
  .map(([, words, instead, where]) => ({ words: words.split(', '), instead, everywhere: where === 'all' }));

/** ESLint's rules for the words of some rows: none in comments, and none in texts. */
export function rulesAgainst(rows: readonly RefusedWords[]): Record<string, unknown> {
  return {
    'no-warning-comments': ['error', { terms: rows.flatMap(({ words }) => words), location: 'anywhere' }],
    'no-restricted-syntax': ['error', ...rows.flatMap(({ words, instead }) => {
      const pattern = `/\\b(${words.join('|')})\\b/i`;
      return [`Literal[value=${pattern}]`, `TemplateElement[value.raw=${pattern}]`].map((selector) => ({ selector, message: `docs/style.md: write ${instead}.` }));
    })],
  };
}
