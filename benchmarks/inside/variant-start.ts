/**
 * A cold start with one build variant of the runtime: how long INIT takes, and the first call after it. Argument: the layer's handler.
 */
const [, , handlerModule] = process.argv;

async function main(): Promise<void> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const { handler } = await import(handlerModule) as { handler: (event: unknown, context: object) => Promise<number> };
  const initMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuMs = (user + system) / 1_000;
  const invoke = (awsRequestId: string) => handler({ id: '1' }, { awsRequestId, getRemainingTimeInMillis: () => 30_000 });
  const invokedAt = performance.now();
  const originCalls = await invoke('first');
  const firstMs = performance.now() - invokedAt;
  // If the server does not have the value yet, it is stored after the response.
  setTimeout(() => process.send!({ initMs, cpuMs, firstMs, originCalls }, () => process.exit()), originCalls > 0 ? 500 : 0);
}

void main();
