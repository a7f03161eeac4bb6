import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, runInFreshProcess } from './fresh-process';
import { median } from './median';

export interface Synth {
  readonly functions: number;
  readonly plainSeconds: number;
  readonly cachedSeconds: number;
}

/** The number of functions, and of runs: the larger app takes half a minute, and varies less. */
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
    const plain: number[] = [];
    const cached: number[] = [];
    for (let run = 0; run < runs; run++) {
      // Side by side, not in turns: these runs are so long that the machine's other work would affect only one of them.
      const [plainSeconds, cachedSeconds] = await Promise.all((['plain', 'cached'] as const).map(
        async (variant) => synthesize(script, variant, functions, join(workDirectory, `${variant}-${functions}-${run}`)),
      ));
      plain.push(plainSeconds);
      cached.push(cachedSeconds);
    }
    results.push({ functions, plainSeconds: rounded(median(plain)), cachedSeconds: rounded(median(cached)) });
  }
  return results;
}

async function synthesize(script: string, variant: Variant, functions: number, directory: string): Promise<number> {
  mkdirSync(directory);
  for (let number = 0; number < functions; number++) {
    writeFileSync(join(directory, `handler-${number}.ts`), HANDLERS[variant](number));
  }
  const synthesized = await runInFreshProcess<{ seconds: number; functions: number }>(script, [variant, String(functions), directory], {
    // CloudFormation's own validation, in newer versions of the CDK, takes a second or two, and is not part of the comparison.
    environment: { CDK_VALIDATION: 'false' },
  });
  if (synthesized.functions !== functions) {
    throw new Error(`The ${variant} app has ${synthesized.functions} functions instead of ${functions}.`);
  }
  return synthesized.seconds;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}
