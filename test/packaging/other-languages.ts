import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './packed';
import { functionsFromAssembly } from '../../tools/lambda-emulator';
import { emfLines, withEmulator } from '../equipment/emulate';
import { EXAMPLES } from '../equipment/example-apps';
import { temporaryDirectory } from '../equipment/node-process';

/** What the tests of the languages have in common: all have the same app, of which examples/prebuilt-code is the original. */

/** The template of a synthesized app. */
export function templateOf(assembly: string): unknown {
  return JSON.parse(readFileSync(join(assembly, 'PrebuiltCode.template.json'), 'utf8'));
}

/** The template of the same app in TypeScript, with the hashes of all assets. */
export function originalTemplate(): unknown {
  const assembly = temporaryDirectory({});
  run(process.execPath, ['--import', 'tsx', 'app.ts'], {
    cwd: join(EXAMPLES, 'prebuilt-code'), env: { ...process.env, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' },
  });
  return templateOf(assembly);
}

/** Runs the app's function: the second call is answered from memory. */
export async function expectToCache(assembly: string): Promise<void> {
  await withEmulator(functionsFromAssembly(assembly)[0], async (lambda) => {
    const miss = await lambda.invoke({ id: '1' });
    const hit = await lambda.invoke({ id: '1' });

    expect(miss).toMatchObject({ functionError: undefined, payload: { id: '1', readAt: expect.any(String) } });
    expect(hit.payload).toEqual(miss.payload);
    expect(emfLines(miss.stdout)).toEqual([expect.objectContaining({ CacheName: 'thing', Misses: 1, Hits: 0 })]);
    expect(emfLines(hit.stdout)).toEqual([expect.objectContaining({ CacheName: 'thing', Misses: 0, Hits: 1 })]);
  });
}
