import middy from '@middy/core';
import { handler as get } from './plain.js';

const order: string[] = [];

/** What others put around a handler: runs before and after each event, hit or miss. */
export const handler = middy<{ id: string }, unknown>()
  .use({
    before: () => void order.push('before'),
    after: (request) => {
      order.push('after');
      request.response = { ...request.response as object, order: order.splice(0) };
    },
    onError: (request) => {
      request.response = { caught: (request.error as Error).message };
    },
  })
  .handler(async (event) => {
    if (event.id === 'broken') throw new Error('no such thing');
    return get(event);
  });
