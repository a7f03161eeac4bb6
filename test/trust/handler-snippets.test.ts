import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, link, REPOSITORY, run } from '../packaging/packed';

/** The handlers that the documents show type-check as strictly as can be, each as a module of its own. jsii-rosetta does not see them. */

/** What a reader takes for granted; a snippet may have a thing of its own by the same name. */
const AROUND = `
declare const api: string;
declare const id: string;
declare const table: { getMany(ids: readonly string[]): Promise<{ name: string }[]> };
declare const value: { name: string };
`;

const DOCUMENTS = ['README.md', ...readdirSync(join(REPOSITORY, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name))]
  .filter((path) => path.endsWith('.md'));

const snippets = DOCUMENTS.flatMap((document) => [...readFileSync(join(REPOSITORY, document), 'utf8').matchAll(/^```mts\n(.*?)^```/gms)]
  .map(([, code], i) => ({ name: `${document.replaceAll(/\W/g, '-')}-${i + 1}`, code })));

const folder = emptyFolder();

test('the handlers in the documents compile', () => {
  expect(snippets.length).toBeGreaterThanOrEqual(3);
  ['@types/node', '@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'].forEach((name) => link(name, folder));
  symlinkSync(REPOSITORY, join(folder, 'node_modules', 'cdk-cached-function'));
  snippets.forEach(({ name, code }) => writeFileSync(join(folder, `${name}.mts`), code));
  writeFileSync(join(folder, 'around.d.ts'), AROUND);

  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2024,dom', '--types', 'node'];
  const compile = () => run(process.execPath, [require.resolve('typescript/bin/tsc'), ...options, 'around.d.ts', ...snippets.map(({ name }) => `${name}.mts`)], { cwd: folder });
  expect(compile).not.toThrow();
}, 180_000);
