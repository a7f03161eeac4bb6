import type { FunctionDefinition } from '../../tools/lambda-emulator';
import { MultiConcurrencyRuntimeApi } from '../../tools/lambda-emulator/multi-concurrency-runtime-api';
import { RuntimeApi } from '../../tools/lambda-emulator/runtime-api';

const DEFINITION = {} as FunctionDefinition;
const ignored = () => {};

test.each([
  ['one event at a time', () => new RuntimeApi(DEFINITION, { onParked: ignored, onResponse: ignored, onInitError: ignored, onExtensionFailure: ignored })],
  ['many events at once', () => new MultiConcurrencyRuntimeApi(DEFINITION, { onPoll: ignored, onResponse: ignored, onInitError: ignored, onExtensionFailure: ignored })],
])('%s: an extension that subscribes to telemetry continues without it', async (_, newApi) => {
  const api = newApi();
  const address = await api.listen();
  try {
    for (const path of ['2022-07-01/telemetry', '2020-08-15/logs']) {
      const { status } = await fetch(`http://${address}/${path}`, { method: 'PUT', body: '{}' });
      expect(status).toBe(202);
    }
    expect((await fetch(`http://${address}/elsewhere`)).status).toBe(404);
  } finally {
    api.close();
  }
});
