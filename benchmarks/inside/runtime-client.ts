/** A minimal Lambda runtime client: loads a handler, and passes it one event. Arguments: module, event. */
const [, , handlerModule, event] = process.argv;

async function main(): Promise<void> {
  const { handler } = await import(handlerModule) as { handler: (event: unknown, context: object) => Promise<unknown> };
  const answer = await handler(JSON.parse(event), { awsRequestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd' });
  // Open connections of the handler would keep the process alive.
  process.send!(answer, () => process.exit());
}

void main();
