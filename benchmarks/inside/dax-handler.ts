/** A user's handler that times one contender's reads through DAX, one turn per request, until it is told to end. */
import { DAX_CONTENDERS } from './dax-contenders';
import { answerTurns } from './turns';

export interface DaxEvent {
  readonly endpoint: string;
  readonly contender: string;
  readonly ids: readonly string[];
}

/** Returns how often the contender was called. */
export async function handler({ endpoint, contender, ids }: DaxEvent): Promise<number> {
  const read = await DAX_CONTENDERS[contender](endpoint);
  return answerTurns(() => async () => {
    for (const id of ids) {
      await read(id);
    }
  }, ids.length);
}
