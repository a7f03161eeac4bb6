/** A runtime client that passes one event after the other to a handler, one turn per request. Arguments: module, invocations in a turn. */
import { answerTurns } from './turns';

const [, , handlerModule, count] = process.argv;

async function main(): Promise<void> {
  const { handler } = await import(handlerModule) as { handler: (event: unknown, context: object) => Promise<unknown> };
  let requests = 0;
  await answerTurns(() => async () => {
    for (let i = 0; i < Number(count); i++) {
      await handler({ id: 'product-1' }, { awsRequestId: `request-${requests++}`, getRemainingTimeInMillis: () => 30_000 });
    }
  }, Number(count));
  process.disconnect();
}

void main();
