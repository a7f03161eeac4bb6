/** Like variant-handler.ts: a user's handler that takes 50 ms to load in addition to the AWS SDK, and reads one product from a table. */
import { OURS } from './contenders';
import { DAX_CONTENDERS } from './dax-contenders';

const LOAD_MS = 50;

const reading = DAX_CONTENDERS[OURS]('');

const until = performance.now() + LOAD_MS;
while (performance.now() < until) {
  // Compiling and running code keeps the thread busy.
}

/** The source of the table's answer is unknown here, so no call counts as an origin call. */
export async function handler({ id }: { id: string }): Promise<number> {
  const read = await reading;
  await read(id);
  return 0;
}
