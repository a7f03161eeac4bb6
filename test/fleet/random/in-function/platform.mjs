// What Lambda is to a handler that runs in a worker thread.

/** Replaces `Date` by a clock that is as far ahead as the test says. */
export function moveClock(aheadMs) {
  const RealDate = Date;
  const now = () => RealDate.now() + aheadMs[0];
  globalThis.Date = class Date extends RealDate {
    constructor(...args) {
      super(...(args.length === 0 ? [now()] : args));
    }

    static now() {
      return now();
    }
  };
  return { now };
}

/** Lambda's Extensions API. The environment is frozen when the extension asks for its next event and the handler is done. */
export function fakeExtensionsApi() {
  const extensions = { isRegistered: false, next: undefined };
  const http = process.getBuiltinModule('node:http');
  const { request } = http;
  http.request = (url, ...rest) => {
    const path = /\/extension\/(.*)$/.exec(String(url))?.[1];
    if (path === undefined) {
      return request(url, ...rest);
    }
    const respond = rest.at(-1);
    const answer = (body) => {
      const listeners = {};
      respond({
        statusCode: 200, headers: { 'lambda-extension-identifier': 'id' }, setEncoding() {}, on: (event, listener) => (listeners[event] = listener),
      });
      listeners.data?.(body);
      listeners.end();
    };
    return {
      on() {},
      end() {
        if (path === 'register') {
          extensions.isRegistered = true;
          setImmediate(() => answer('{}'));
        } else {
          extensions.next = answer;
        }
      },
    };
  };
  return extensions;
}
