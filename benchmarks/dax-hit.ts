import { join } from 'node:path';
import { DAX_CONTENDERS } from './inside/dax-contenders';
import type { DaxEvent } from './inside/dax-handler';
import { RAW } from './inside/shared-contenders';
import { LambdaFunction } from './lambda-process';
import { withDax } from './running-dax';
import { besideRaw, type SharedHit } from './shared-hit';
import { type Taken, takeTurns } from './turns';

const IDS = Array.from({ length: 100 }, (_, i) => `product-${i}`);
const ROUNDS = { warmUp: 5, measured: 15 };

/** The cost of a read of an item that DAX has, through the document client, compared with AWS's own DAX client. */
export async function benchDaxHit(workDirectory: string): Promise<SharedHit[]> {
  const lambda = await LambdaFunction.of(join(__dirname, 'inside', 'dax-handler.ts'), workDirectory);
  return withDax(IDS, async ({ settings, environment, hits }) => {
    const contenders = Object.keys(DAX_CONTENDERS).map((name) => {
      const event: DaxEvent = { endpoint: settings.endpoint, contender: name, ids: IDS };
      // Nothing freezes here, so nothing asks for an extension.
      const invocation = lambda.invoke(event, { dax: settings }, { AWS_LAMBDA_MAX_CONCURRENCY: '1', ...environment });
      return { name, invocation, takeTurn: () => invocation.ask<Taken>('turn') };
    });
    await Promise.all(contenders.map(({ invocation }) => invocation.nextMessage()));
    const medians = await takeTurns(contenders, ROUNDS);
    for (const { invocation } of contenders) {
      await invocation.ask('end');
      await invocation.end();
    }
    // Each item is read from the table once.
    const calls = contenders.length * (ROUNDS.warmUp + ROUNDS.measured) * IDS.length;
    if (hits() < calls - contenders.length * IDS.length) {
      throw new Error(`DAX has answered ${hits()} of ${calls} reads from its memory.`);
    }
    const raw = contenders.find(({ name }) => name.startsWith(RAW))!;
    return contenders.map(({ name }) => besideRaw('dax', name, medians.get(name)!, medians.get(raw.name)!));
  });
}
