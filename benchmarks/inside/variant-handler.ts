/** A user's handler that takes 50 ms to load, like one with a few libraries, and reads one product. */
import { originOf } from './product';
import { cached } from 'cdk-cached-function/runtime';

const LOAD_MS = 50;

const origin = originOf();
const product = cached('product', origin);

const until = performance.now() + LOAD_MS;
while (performance.now() < until) {
  // Compiling and running code keeps the thread busy.
}

/** Returns how often the origin was called. */
export async function handler({ id }: { id: string }): Promise<number> {
  await product(id);
  return origin.ids;
}
