import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { handler, Integ } from './integ';
import { nodeFlags } from '../../tools/lambda-emulator/bootstrap';

/** docs/unverified.md: Lambda's own flags for Node.js, by memory size; and what takes their place in a small function with a cache. */

const integ = new Integ('Process');
const entry = handler('tell-process');

/** What the emulator passes, which a test of the emulator compares with. */
function flags(memorySizeMb: number, environment: Record<string, string> = {}): string[] {
  return nodeFlags({ memorySizeMb, environment }).sort();
}

for (const runtime of [Runtime.NODEJS_22_X, Runtime.NODEJS_24_X]) {
  const name = runtime.name.replace(/\W/g, '');
  for (const memorySize of [128, 512, 1_769, 3_008]) {
    const plain = new NodejsFunction(integ.stack, `Plain${memorySize}On${name}`, { entry, runtime, memorySize });
    integ.expectAnswer(plain, {}, { flags: flags(memorySize) });
  }

  // Of 128 MB, 56 for the old space and a few for the young: src/function/heap-options.ts.
  const small = integ.function(`SmallOn${name}`, { entry, runtime, memorySize: 128 });
  integ.expectAnswer(small, { heapMb: 72 }, { flags: flags(128, { NODE_OPTIONS: '--max-old-space-size=56' }), isWithin: true });
}
