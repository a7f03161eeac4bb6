import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, runInFreshProcess } from './fresh-process';
import { median } from './median';

export interface Synth {
  readonly functions: number;
  readonly plainSeconds: number;
  readonly cachedSeconds: number;
}

/** How many functions, and how often: the larger app takes half a minute, and varies less. */
const RUNS = [{ functions: 1, runs: 5 }, { functions: 10, runs: 3 }, { functions: 50, runs: 2 }] as const;

type Variant = 'plain' | 'cached';

/** The same read, without and with the cache. */
const HANDLERS: Record<Variant, (number: number) => string> = {
  plain: (number) => `
    const product = async (id: string) => (await fetch(\`https://origin-${number}.example.com/\${id}\`)).json();
    export const handler = async (event: { id: string }) => product(event.id);
  `,
  cached: (number) => `
    import { cached } from 'cdk-cached-function/runtime';
    const product = cached('product', async (id: string) => (await fetch(\`https://origin-${number}.example.com/\${id}\`)).json());
    export const handler = async (event: { id: string }) => product(event.id);
  `,
};

/** How much longer an app synthesizes whose NodejsFunctions became CachedFunctions. */
export async function benchSynth(workDirectory: string): Promise<Synth[]> {
  const script = await bundle(join(__dirname, 'inside', 'synth-app.ts'), join(workDirectory, 'synth-app.js'));
  const results: Synth[] = [];
  for (const { functions, runs } of RUNS) {
    const seconds: Record<Variant, number[]> = { plain: [], cached: [] };
    for (let run = 0; run < runs; run++) {
      // Who goes first changes, so that a drift of the machine's speed meets both alike.
      const order: readonly Variant[] = run % 2 === 0 ? ['plain', 'cached'] : ['cached', 'plain'];
      for (const variant of order) {
        seconds[variant].push(await synthesize(script, variant, functions, join(workDirectory, `${variant}-${functions}-${run}`)));
      }
    }
    results.push({ functions, plainSeconds: round(median(seconds.plain)), cachedSeconds: round(median(seconds.cached)) });
  }
  return results;
}

async function synthesize(script: string, variant: Variant, functions: number, directory: string): Promise<number> {
  mkdirSync(directory);
  for (let number = 0; number < functions; number++) {
    writeFileSync(join(directory, `handler-${number}.ts`), HANDLERS[variant](number));
  }
  const synthesized = await runInFreshProcess<{ seconds: number; functions: number }>(script, [variant, String(functions), directory], {
    // CloudFormation's own validation, in newer versions of the CDK, takes a second or two, and is none of our business.
    environment: { CDK_VALIDATION: 'false' },
  });
  if (synthesized.functions !== functions) {
    throw new Error(`The ${variant} app has ${synthesized.functions} functions instead of ${functions}.`);
  }
  return synthesized.seconds;
}

function round(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}
