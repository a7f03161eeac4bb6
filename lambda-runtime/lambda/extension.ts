/** A poll may fail once. But without a poll for the next event, the following invocation ends only by its timeout. */
const MAX_POLLS = 3;

/** Lambda's Extensions API, as an internal extension uses it: one that runs inside the runtime's own process. */
export class InternalExtension {
  private constructor(private readonly api: string, private readonly id: string) {}

  /**
   * Registers for INVOKE, the only event that internal extensions may have. Must come before the runtime asks for its first
   * event; the environment then stays awake until this extension too has asked for its next.
   *
   * @param api the value of AWS_LAMBDA_RUNTIME_API
   */
  public static async register(api: string): Promise<InternalExtension> {
    const { headers } = await call(api, 'POST', 'register', { 'Lambda-Extension-Name': 'cdk-cached-function' }, '{"events":["INVOKE"]}');
    return new InternalExtension(api, headers['lambda-extension-identifier'] as string);
  }

  /** Waits for the next invocation; the environment may be frozen meanwhile. */
  public async next(): Promise<{ readonly requestId: string; readonly deadlineMs: number }> {
    for (let polls = 1; ; polls++) {
      try {
        const { body } = await call(this.api, 'GET', 'event/next', { 'Lambda-Extension-Identifier': this.id });
        return JSON.parse(body) as { requestId: string; deadlineMs: number };
      } catch (error) {
        if (polls === MAX_POLLS) {
          throw error;
        }
      }
    }
  }
}

interface Answer {
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Not fetch, which gives up after five minutes: an environment may wait longer for its next event. */
function call(api: string, method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  // Loaded on demand: most functions do no work after the response.
  const { request } = process.getBuiltinModule('node:http');
  return new Promise((resolve, reject) => {
    const sent = request(`http://${api}/2020-01-01/extension/${path}`, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => text += chunk);
      response.on('error', reject);
      response.on('end', () => response.statusCode === 200
        ? resolve({ headers: response.headers, body: text })
        : reject(new Error(`Lambda's Extensions API answered ${path} with ${response.statusCode}: ${text}`)));
    });
    sent.on('error', reject);
    if (method === 'GET') {
      // Waiting for the next event must not keep an otherwise idle process alive. Registering must: INIT waits only for this, and Node.js
      // ends a process whose top-level await is not kept alive by anything.
      sent.on('socket', (socket) => socket.unref());
    }
    sent.end(body);
  });
}
