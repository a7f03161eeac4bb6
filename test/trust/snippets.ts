import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY, run } from '../packaging/packed';

const ROSETTA = join(REPOSITORY, 'node_modules', 'jsii-rosetta', 'bin', 'jsii-rosetta');

/**
 * Compiles the snippets of a document, as Construct Hub does before it translates them: those that are fenced by `ts`. Where a snippet does
 * not say so itself, it is put into rosetta/default.ts-fixture. Handlers' code is the same in every language: its fence is `mts`.
 *
 * @param folder - an empty one
 * @param document - the path of a document, from the repository
 * @throws Error that tells the snippet and the line
 */
export function compileSnippets(folder: string, document: string): void {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  ['package.json', 'lib', 'rosetta', 'LICENSE'].forEach((path) => cpSync(join(REPOSITORY, path), join(folder, path), { recursive: true }));
  ['aws-cdk-lib', 'constructs', '@types'].forEach((name) => symlinkSync(join(REPOSITORY, 'node_modules', name), join(folder, 'node_modules', name)));
  symlinkSync(folder, join(folder, 'node_modules', 'cdk-cached-function'));
  const assembly = JSON.parse(readFileSync(join(REPOSITORY, '.jsii'), 'utf8')) as object;
  // The document takes the README's place in the library's description.
  writeFileSync(join(folder, '.jsii'), JSON.stringify({ ...assembly, readme: { markdown: readFileSync(join(REPOSITORY, document), 'utf8') } }));
  try {
    run(process.execPath, [ROSETTA, 'extract', '--strict', folder], { cwd: folder });
  } catch (error) {
    throw new Error(`A snippet does not compile. Where it says README.md, read ${document}; what is around each is in rosetta/default.ts-fixture.\n${(error as Error).message}`);
  }
}
