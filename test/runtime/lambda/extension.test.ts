import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InternalExtension } from '../../../lambda-runtime/lambda/extension.js';

/** Lambda's own API does not fail on request, so one that does stands in for it. */
describe("a poll of Lambda's Extensions API that fails", () => {
  let server: Server;
  let polls: number;

  async function registered(onPoll: RequestListener): Promise<InternalExtension> {
    polls = 0;
    server = createServer((request, response) => {
      if (request.url!.endsWith('/register')) {
        response.setHeader('lambda-extension-identifier', 'one').end('{}');
      } else {
        polls++;
        onPoll(request, response);
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return InternalExtension.register(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  test('is repeated: otherwise the invocation would end only by its timeout', async () => {
    const extension = await registered((request, response) => polls === 1
      ? request.socket.destroy()
      : response.end('{"requestId":"r","deadlineMs":7}'));

    expect(await extension.next()).toEqual({ requestId: 'r', deadlineMs: 7 });
    expect(polls).toBe(2);
  });

  test('is not repeated forever', async () => {
    const extension = await registered((_, response) => response.writeHead(500).end('no'));

    await expect(extension.next()).rejects.toThrow("Lambda's Extensions API answered event/next with 500: no");
    expect(polls).toBe(3);
  });
});
