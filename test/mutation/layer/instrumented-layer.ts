import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from '@stryker-mutator/api/core';
import type { Ignorer } from '@stryker-mutator/api/ignore';
import { changedLayer } from '../../fleet/known-faults/layer-with-fault';

export interface InstrumentedLayer {
  readonly folder: string;
  /** Any one of them is on in a process that has its id in the environment variable __STRYKER_ACTIVE_MUTANT__. */
  readonly mutants: readonly Mutant[];
}

const IGNORE_TEXTS = join(__dirname, '..', 'ignore-texts.mjs');

/** Terser 5.51 takes `on ? x.f() : (seen(), x.f?.())` for `on || seen(), x.f()`: a mutant that drops a `?.` would always be on. */
const COMPRESSES = 'compress: { passes: 3 }';

const silent = { isDebugEnabled: () => false, debug: () => {}, info: () => {} };

/** Builds one layer that has all mutants of some files of the runtime in it. */
export async function instrumentedLayer(files: readonly string[]): Promise<InstrumentedLayer> {
  let mutants: readonly Mutant[] = [];
  const folder = await changedLayer(async (copy) => {
    // ES modules.
    const { Instrumenter } = await import('@stryker-mutator/instrumenter');
    const { strykerPlugins: [{ value: ignorer }] } = await import(IGNORE_TEXTS) as { strykerPlugins: [{ value: Ignorer }] };
    const instrumented = await new Instrumenter(silent as never).instrument(
      files.map((name) => ({ name: join(copy, name), mutate: true, content: readFileSync(join(copy, name), 'utf8') })),
      { plugins: null, excludedMutations: [], ignorers: [ignorer], noHeader: false },
    );
    replaceIn(join(copy, 'lambda-runtime', 'build', 'build.mjs'), COMPRESSES, 'compress: false');
    instrumented.files.forEach(({ name, content }) => writeFileSync(name, content));
    mutants = instrumented.mutants
      .filter(({ status }) => status !== 'Ignored')
      .map((mutant) => ({ ...mutant, fileName: mutant.fileName.slice(copy.length + 1) }) as Mutant);
  });
  return { folder, mutants };
}

function replaceIn(file: string, text: string, other: string): void {
  const code = readFileSync(file, 'utf8');
  if (!code.includes(text)) {
    throw new Error(`${file} has no ${text} any more.`);
  }
  writeFileSync(file, code.replace(text, other));
}
