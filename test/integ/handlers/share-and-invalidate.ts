import { randomUUID } from 'node:crypto';
import { invoke } from './aws';
import type { Request } from './share-thing';

const TIMES = 50;

const ask = async (functionName: string | undefined, request: Request) => invoke<{ loaded: boolean }>(functionName!, request);

/**
 * What one function loads, another reads; what the one then invalidates, the other reads at once. Says how often the first was found, and
 * how often the second still was. Each thing is read only once, by a function that has no copy of it.
 */
export const handler = async () => {
  const answer = { found: 0, stale: 0 };
  for (let i = 0; i < TIMES; i++) {
    const [kept, invalidated] = [randomUUID(), randomUUID()];
    await ask(process.env.WRITER, { id: kept });
    await ask(process.env.WRITER, { id: invalidated });
    await ask(process.env.WRITER, { id: invalidated, invalidate: true });
    answer.stale += (await ask(process.env.READER, { id: invalidated })).loaded ? 0 : 1;
    answer.found += (await ask(process.env.READER, { id: kept })).loaded ? 0 : 1;
  }
  return answer;
};
