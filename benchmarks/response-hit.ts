import { join } from 'node:path';
import { bundle, FreshProcess } from './fresh-process';
import type { Contender, Shape } from './inside/response-hit-script';
import { rounded, takeTurnsOf } from './turns';

export const UNDICI = "undici's interceptor";

export interface ResponseHit {
  readonly name: string;
  /** CPU time beyond that of an invocation with the same event and one hit of `cached()`, in microseconds. */
  readonly cpuUs: number;
}

const ROWS: readonly (readonly [name: string, Contender, Shape])[] = [
  ['cachedResponse, HTTP API', 'response', 'httpApi'],
  ['cachedResponse, REST API', 'response', 'restApi'],
  ['cachedResponse, ALB', 'response', 'loadBalancer'],
  ['cachedResponse, ALB, multi-value headers', 'response', 'loadBalancerMulti'],
  [UNDICI, 'undici', 'httpApi'],
];

const ROUNDS = { warmUp: 5, measured: 25 };

/** The cost of a hit of a whole response, behind each kind of event, compared with undici's cache interceptor. A function gets events of one shape. */
export async function benchResponseHit(workDirectory: string): Promise<readonly ResponseHit[]> {
  const script = await bundle(join(__dirname, 'inside', 'response-hit-script.ts'), join(workDirectory, 'response-hit.cjs'));
  const contenders = new Set(ROWS.flatMap(([, contender, shape]) => [`${contender} ${shape}`, `value ${shape}`]));
  const medians = await takeTurnsOf(new Map([...contenders].map((each) => [each, new FreshProcess(script, each.split(' '))])), ROUNDS);
  const cpuOf = (contender: string, shape: string) => medians.get(`${contender} ${shape}`)!.cpu;
  return ROWS.map(([name, contender, shape]) => ({ name, cpuUs: rounded(cpuOf(contender, shape) - cpuOf('value', shape), 2) }));
}
