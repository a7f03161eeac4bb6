import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsInSnippets } from './snippets';
import { emptyFolder, REPOSITORY } from '../packaging/packed';

/** What the documents show compiles, so that Construct Hub can show it in every language. The README's check has the docstrings in it. */

const DOCUMENTS = ['README.md', ...readdirSync(join(REPOSITORY, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name))]
  .filter((path) => path.endsWith('.md') && readFileSync(join(REPOSITORY, path), 'utf8').includes('```ts\n'));

const folder = emptyFolder();
let errors: string[];

beforeAll(() => {
  errors = errorsInSnippets(folder, DOCUMENTS);
}, 240_000);

test.each(DOCUMENTS)('the snippets of %s compile', (document) => {
  expect(errors[DOCUMENTS.indexOf(document)]).toBe('');
});
