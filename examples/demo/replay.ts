import { type Origin, productWithId } from './origin';
import { addEmf, type EmfSums, type Latency, latencyOf } from './statistics';
import type { TraceRequest } from './trace';
import { MetricStore } from '../../test/equipment/cloudwatch';
import type { InvocationResult, LambdaEmulator } from '../../tools/lambda-emulator';

/** A stretch of the replay, for the drawing of the hit rate over time. */
export interface Window {
  readonly requests: number;
  readonly hitRate: number;
}

/** So many requests travel in one event while the cache is filled. */
const BULK = 500;

/** Sends requests to a function, checks every answer, and adds the origin's time to what it measured. */
export class Replay {
  public readonly emf: EmfSums = { hits: 0, misses: 0, originCalls: 0, sharedHits: 0 };
  /** Everything that the function wrote for CloudWatch. */
  public readonly metrics = new MetricStore();
  public readonly windows: Window[] = [];
  /** How many requests there had been when an environment was recycled. */
  public readonly recycles: number[] = [];
  public readonly responseMs: number[] = [];
  public readonly billedMs: number[] = [];
  /** What came before those that are counted. */
  public earlier = 0;
  public originCalls = 0;
  private windowStart: EmfSums = { ...this.emf };

  public constructor(
    private readonly target: LambdaEmulator,
    private readonly origin: Origin,
    private readonly clients: number,
    public readonly windowSize = 1_000,
  ) {}

  public get requests(): number {
    return this.responseMs.length;
  }

  public get environments(): number {
    return this.target.startedEnvironments;
  }

  public get hitRate(): number {
    return this.emf.hits / (this.emf.hits + this.emf.misses);
  }

  public get latency(): Latency {
    return latencyOf(this.responseMs);
  }

  /** Requests that are not counted: they bring as many environments as there are clients to a steady state. */
  public async fill(requests: readonly TraceRequest[]): Promise<void> {
    const shares = Array.from({ length: this.clients }, (_, client) => requests.filter((__, i) => i % this.clients === client));
    const event = (part: readonly TraceRequest[]) => ({ at: part[0].at, pathParameters: { id: '' }, earlier: part.map(({ id }) => id) });
    const bulk = BULK / this.clients;
    for (let from = 0; from < shares[0].length; from += bulk) {
      const results = await Promise.all(shares.map((share, i) => {
        const part = share.slice(from, from + bulk);
        return part.length === 0 ? undefined : this.target.invoke(event(part), { environmentId: this.target.environments[i]?.id });
      }));
      const sums: EmfSums = { hits: 0, misses: 0, originCalls: 0, sharedHits: 0 };
      for (const result of results.filter((each) => each !== undefined)) {
        if (result.functionError !== undefined) {
          throw new Error(`The cache could not be filled: ${result.functionError.errorMessage}`);
        }
        addEmf(sums, result.stdout);
        this.metrics.add(result.stdout);
      }
      this.earlier += results.length * bulk;
      if (this.earlier % this.windowSize === 0) {
        this.windows.push({ requests: this.earlier, hitRate: sums.hits / (sums.hits + sums.misses) });
      }
    }
    this.origin.forgetTimes();
  }

  /**
   * Each client sends its next request when it has its answer.
   *
   * @throws Error if an answer is an error or not the product asked for
   */
  public async send(requests: readonly TraceRequest[], recycleEvery = Infinity, onProgress: () => void = () => {}): Promise<void> {
    const callsBefore = this.origin.calls;
    let next = 0;
    const client = async () => {
      while (next < requests.length) {
        const { id, at } = requests[next++];
        const result = await this.target.invoke({ at, pathParameters: { id } });
        checkAnswer(id, result);
        this.count(result, this.origin.takeTime(id));
        onProgress();
        if (this.requests % recycleEvery === 0) {
          await this.recycle();
        }
      }
    };
    await Promise.all(Array.from({ length: this.clients }, client));
    this.originCalls += this.origin.calls - callsBefore;
  }

  /** Ends one environment: what it had in memory is lost. */
  public async recycle(): Promise<void> {
    this.recycles.push(this.earlier + this.requests);
    await this.target.recycle(this.target.environments[0].id);
  }

  private count({ responseMs, billedMs, stdout }: InvocationResult, originMs: number): void {
    addEmf(this.emf, stdout);
    this.metrics.add(stdout);
    this.responseMs.push(responseMs + originMs);
    this.billedMs.push(billedMs + originMs);
    if (this.requests % this.windowSize === 0) {
      const hits = this.emf.hits - this.windowStart.hits;
      this.windows.push({ requests: this.earlier + this.requests, hitRate: hits / (hits + this.emf.misses - this.windowStart.misses || 1) });
      this.windowStart = { ...this.emf };
    }
  }
}

function checkAnswer(id: string, { payload, functionError }: InvocationResult): void {
  const body = (payload as { body?: string } | null)?.body;
  if (functionError !== undefined || body !== JSON.stringify(productWithId(id))) {
    throw new Error(`The answer for product ${id} is wrong: ${functionError?.errorMessage ?? JSON.stringify(payload)}`);
  }
}
