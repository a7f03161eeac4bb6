import { productWithId } from './origin';
import { addEmf, type EmfSums, type Latency, latencyOf } from './statistics';
import { MetricStore } from '../../test/cloudwatch';
import type { InvocationResult } from '../../test/lambda-emulator';

/** Something that can be invoked: the emulator with the real runtime client, or its in-process stand-in. */
export interface ReplayTarget {
  invoke(event: unknown): Promise<InvocationResult>;
  readonly environments: readonly { readonly id: string }[];
  recycle(environmentId: string): Promise<void> | void;
  readonly startedEnvironments: number;
}

export interface ReplayOptions {
  /** How many clients there are; each sends its next request when it has its answer. */
  readonly clients: number;
  /** After this many requests one environment is recycled. */
  readonly recycleEvery: number;
  /** Told after every request. */
  readonly onProgress: (done: number, sums: EmfSums) => void;
}

/** A stretch of the replay, for the drawing of the hit rate over time. */
export interface Window {
  readonly requests: number;
  readonly hitRate: number;
}

export interface Replay {
  readonly requests: number;
  readonly emf: EmfSums;
  /** All that the function told CloudWatch. */
  readonly metrics: MetricStore;
  readonly environments: number;
  readonly billedMs: readonly number[];
  readonly responseMs: readonly number[];
  readonly latency: Latency;
  readonly windows: readonly Window[];
}

const WINDOW = 1_000;

/**
 * Replays a trace through a function, and checks every answer.
 *
 * @throws Error if an answer is an error or not the product asked for
 */
export async function replay(trace: readonly string[], target: ReplayTarget, options: ReplayOptions): Promise<Replay> {
  const emf: EmfSums = { hits: 0, misses: 0, originCalls: 0, sharedHits: 0 };
  const metrics = new MetricStore();
  const windows: Window[] = [];
  const billedMs: number[] = [];
  const responseMs: number[] = [];
  let windowStart = { ...emf };
  let next = 0;

  const client = async () => {
    while (next < trace.length) {
      const id = trace[next++];
      const result = await target.invoke({ pathParameters: { id } });
      checkAnswer(id, result);
      addEmf(emf, result.stdout);
      metrics.add(result.stdout);
      billedMs.push(result.billedMs);
      responseMs.push(result.responseMs);
      const done = responseMs.length;
      if (done % WINDOW === 0) {
        const hits = emf.hits - windowStart.hits;
        windows.push({ requests: done, hitRate: hits / (hits + emf.misses - windowStart.misses || 1) });
        windowStart = { ...emf };
      }
      options.onProgress(done, emf);
      if (done % options.recycleEvery === 0) {
        await target.recycle(target.environments[0].id);
      }
    }
  };
  await Promise.all(Array.from({ length: options.clients }, client));

  return {
    requests: trace.length,
    emf,
    metrics,
    environments: target.startedEnvironments,
    billedMs,
    responseMs,
    latency: latencyOf(responseMs),
    windows,
  };
}

function checkAnswer(id: string, { payload, functionError }: InvocationResult): void {
  const body = (payload as { body?: string } | null)?.body;
  if (functionError !== undefined || body !== JSON.stringify(productWithId(id))) {
    throw new Error(`The answer for product ${id} is wrong: ${functionError?.errorMessage ?? JSON.stringify(payload)}`);
  }
}
