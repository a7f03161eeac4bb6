import type { Writable } from 'node:stream';
import { handler as get } from './plain';

declare const awslambda: {
  streamifyResponse<T>(handler: (event: T, stream: Writable & { setContentType(type: string): void }) => Promise<void>): T;
};

export const handler = awslambda.streamifyResponse<{ id: string }>(async (event, stream) => {
  stream.setContentType('application/json');
  stream.write(JSON.stringify(await get(event)));
  stream.end();
});
