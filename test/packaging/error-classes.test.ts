import { join } from 'node:path';
import { runModule } from '../equipment/node-process';

const assets = join(__dirname, '..', '..', 'assets');
const file = (name: string) => JSON.stringify(join(assets, name));

test('error classes are the same in every copy of the runtime in a process, whichever is loaded first', () => {
  const copies = [
    'runtime/runtime.mjs', 'runtime/runtime.cjs', 'runtime/dynamodb.mjs', 'runtime/dynamodb.cjs',
    ...['import-shim', 'dynamodb-shim'].flatMap((name) => ['mjs', 'cjs'].map((format) => `layer/cdk-cached-function/${name}.${format}`)),
    'layer/cdk-cached-function/local.cjs',
  ];
  for (const order of [copies, [...copies].reverse()]) {
    expect(runModule(`
      const all = await Promise.all([${order.map(file).join()}].map((path) => import(path)));
      const sizeOf = (name) => new Set(all.map((copy) => copy[name]).filter(Boolean)).size;
      const { LoadTimeoutError } = all.find((copy) => copy.LoadTimeoutError);
      const error = new LoadTimeoutError('product', 5);
      console.log(JSON.stringify([sizeOf('LoadTimeoutError'), sizeOf('WriteOutcomeUnknownError'), error.stack.split('\\n')[0], Object.keys(error)]));
    `)).toEqual([1, 1, "LoadTimeoutError: The loader of cache 'product' did not answer within its hardTimeout of 5 ms.", []]);
  }
});
