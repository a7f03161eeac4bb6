import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { RUNTIMES, start } from './fixture';
import { compiledAddon, missingCompiler } from './native-addon';
import type { InvocationResult, InvokeOptions } from '../../tools/lambda-emulator';
import { missingParts } from '../../tools/lambda-emulator';

/** The rest of the suite runs on rapid-client.cjs; this shows that Lambda's own addon answers alike. */

const missing = [...missingParts(), missingCompiler()].filter((part) => part !== undefined);

const HANDLER = `
  class OutOfStock extends Error { name = 'OutOfStock'; }
  let last;
  export const handler = async ({ how, text, bytes }, context) => {
    console.log('how', how, context.getRemainingTimeInMillis() > 0);
    if (how === 'echo') return { text, length: text.length };
    if (how === 'nothing') return undefined;
    if (how === 'large') return 'ü'.repeat(bytes / 2);
    if (how === 'throw') throw new OutOfStock(text);
    if (how === 'reject a string') throw text;
    if (how === 'context') {
      const { clientContext, tenantId, invokedFunctionArn, awsRequestId } = context;
      return { clientContext, tenantId, invokedFunctionArn, sameId: awsRequestId === process.env.EXPECTED, trace: process.env._X_AMZN_TRACE_ID?.split(';')[0].slice(0, 7) };
    }
    if (how === 'leave work') { last = 'unfinished'; setTimeout(() => { last = 'finished'; }, 20); return last; }
    if (how === 'see work') { await new Promise((resolve) => setTimeout(resolve, 50)); return last; }
    if (how === 'hang') return new Promise(() => {});
    if (how === 'exit after the response') { setImmediate(() => process.exit(7)); return 'out'; }
    if (how === 'exit') process.exit(3);
  };
`;

const EVENTS: readonly (readonly [event: object, options?: InvokeOptions])[] = [
  [{ how: 'echo', text: 'plain' }],
  [{ how: 'echo', text: 'ünïcode 日本語 🛒 \u2028 "quoted" \\ \n' }],
  [{ how: 'echo', text: 'x'.repeat(1_000_000) }],
  [{ how: 'nothing' }],
  [{ how: 'large', bytes: 5 * 1024 * 1024 }],
  [{ how: 'large', bytes: 7 * 1024 * 1024 }],
  [{ how: 'throw', text: 'none left: ünïcode 日本語' }],
  [{ how: 'reject a string', text: 'no error' }],
  [{ how: 'context' }, { clientContext: { client: { app_title: 'Läden' } }, traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0' }],
  [{ how: 'context' }, { tenantId: 'blue' }],
  [{ how: 'leave work' }],
  [{ how: 'see work' }],
  [{ how: 'hang' }],
  [{ how: 'exit' }],
  [{ how: 'exit after the response' }],
  [{ how: 'echo', text: 'again' }],
];

(missing.length === 0 ? describe : describe.skip).each(RUNTIMES)('the native addon and rapid-client.cjs on %s', (runtime) => {
  test('show callers and functions the same', async () => {
    const nativeAddon = compiledAddon();
    expect(await answers({ nativeAddon })).toEqual(await answers({}));
  }, 600_000);

  async function answers(options: { readonly nativeAddon?: string }) {
    const emulator = await start(HANDLER, { runtime, timeoutMs: 5_000 }, { ...options, maxEnvironments: 1 });
    const seen = [];
    for (const [event, requestOptions] of EVENTS) {
      seen.push({ event, ...visible(await emulator.invoke(event, requestOptions)) });
    }
    return seen;
  }
});

/** What the caller and the log have of it, without what differs from run to run: ids, times, places of files. */
function visible({ rawPayload, functionError, environmentError, coldStart, stdout, stderr }: InvocationResult) {
  const isLong = rawPayload.length > 10_000;
  const text = JSON.stringify({ payload: isLong ? undefined : rawPayload.toString(), functionError, environmentError, coldStart, stdout, stderr })
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replaceAll(/\[\d{13}\] LAMBDA_RUNTIME/g, '[TIME] LAMBDA_RUNTIME')
    // A promise of the addon's resolves outside JavaScript's own task queue.
    .replaceAll(/(\\*") +at process\.processTicksAndRejections \([^)]*\)\1,/g, '')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(new RegExp(`(file://)?${tmpdir()}/[\\w/-]*/`, 'g'), 'FOLDER/');
  return { ...JSON.parse(text) as object, payloadHash: isLong ? createHash('sha256').update(rawPayload).digest('hex') : undefined };
}
