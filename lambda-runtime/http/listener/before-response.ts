import type { ServerResponse } from 'node:http';
import { headOf, setHead } from './head.js';
import type { HttpResponse } from '../message.js';

/**
 * Calls back when the head of a response is known, and holds the response back until the returned promise resolves: a client that has the response
 * to a POST must not be able to read old data from another environment.
 */
export function beforeResponse(response: ServerResponse, then: (head: HttpResponse) => Promise<void> | undefined): void {
  const { writeHead, end } = response as unknown as { writeHead(...args: unknown[]): unknown; end(...args: unknown[]): unknown };
  let isBegun = false;
  let isEnding = false;
  let pending: Promise<void> | undefined;
  const begin = () => {
    if (!isBegun) {
      isBegun = true;
      const done = () => {
        pending = undefined;
        response.uncork();
      };
      pending = then(headOf(response))?.then(done, done);
      if (pending !== undefined) {
        response.cork();
      }
    }
  };
  // Own properties, since frameworks replace Node.js's prototypes by their own.
  Object.assign(response, {
    writeHead: (status: number, ...rest: unknown[]) => {
      const args = setHead(response, status, rest);
      begin();
      return writeHead.apply(response, args);
    },
    end: (...args: unknown[]) => {
      begin();
      if (pending === undefined || isEnding) {
        return end.apply(response, args);
      }
      isEnding = true;
      void pending.then(() => end.apply(response, args));
      return response;
    },
  });
}
