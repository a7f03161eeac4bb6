import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../packaging/packed';

const ROSETTA = join(REPOSITORY, 'node_modules', 'jsii-rosetta', 'bin', 'jsii-rosetta');

/**
 * Compiles the snippets of documents, as Construct Hub does before it translates them: those that are fenced by `ts`. Where a snippet does
 * not say so itself, it is put into rosetta/default.ts-fixture. Handlers' code is the same in every language: its fence is `mts`.
 *
 * @param folder - an empty one
 * @param documents - their paths from the repository
 * @returns what is wrong with each document; '' if nothing is
 */
export function errorsInSnippets(folder: string, documents: readonly string[]): string[] {
  const libraries = documents.map((document, index) => describedBy(document, join(folder, String(index))));
  // In one process, which reads aws-cdk-lib once. Its errors don't tell documents apart.
  return errorsIn(libraries) === '' ? documents.map(() => '') : libraries.map((library) => errorsIn([library]));
}

/** The library with a document in its README's place. */
function describedBy(document: string, folder: string): string {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  ['package.json', 'lib', 'rosetta', 'LICENSE'].forEach((path) => cpSync(join(REPOSITORY, path), join(folder, path), { recursive: true }));
  ['aws-cdk-lib', 'constructs', '@types'].forEach((name) => symlinkSync(join(REPOSITORY, 'node_modules', name), join(folder, 'node_modules', name)));
  symlinkSync(folder, join(folder, 'node_modules', 'cdk-cached-function'));
  const assembly = JSON.parse(readFileSync(join(REPOSITORY, '.jsii'), 'utf8')) as object;
  writeFileSync(join(folder, '.jsii'), JSON.stringify({ ...assembly, readme: { markdown: readFileSync(join(REPOSITORY, document), 'utf8') } }));
  return folder;
}

function errorsIn(libraries: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ROSETTA, 'extract', '--strict', ...libraries], { encoding: 'utf8' });
  return status === 0 ? '' : `Where it says README.md, read the document; what is around each is in rosetta/default.ts-fixture.\n${stdout}${stderr}`;
}
