import type { Writable } from 'node:stream';

declare const awslambda: {
  streamifyResponse<T>(handler: (event: T, stream: Writable) => Promise<void>): unknown;
  HttpResponseStream: { from(stream: Writable, metadata: object): Writable };
};

let calls = 0;

export const handler = awslambda.streamifyResponse(async (_event: unknown, stream: Writable) => {
  stream.write(String(++calls));
  stream.end();
  await new Promise((resolve) => stream.once('finish', resolve));
});
