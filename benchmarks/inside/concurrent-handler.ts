/** A user's handler that calls one contender for all its ids: many invocations of it run at a time. */
import { type CallAll, CONTENDERS } from './contenders';
import { originOf } from './product';

const origin = originOf();
let contender: Promise<CallAll> | undefined;

/** Returns the number of ids that were read from the origin. */
export async function handler(event: { contender: string; ids: readonly string[] }): Promise<number> {
  contender ??= CONTENDERS[event.contender](origin);
  await (await contender)(event.ids);
  return origin.ids;
}
