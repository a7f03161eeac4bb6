/** A minimal Lambda runtime client: loads a handler, and passes it one event. Arguments: module, event. */
const [, , handlerModule, event] = process.argv;

/** The longest that Lambda allows. */
const TIMEOUT_MS = 15 * 60_000;

async function main(): Promise<void> {
  const { handler } = await import(handlerModule) as { handler: (event: unknown, context: object) => Promise<unknown> };
  const deadline = Date.now() + TIMEOUT_MS;
  const answer = await handler(JSON.parse(event), {
    awsRequestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd', getRemainingTimeInMillis: () => deadline - Date.now(),
  });
  // Open connections of the handler would keep the process alive.
  process.send!(answer, () => process.exit());
}

void main();
