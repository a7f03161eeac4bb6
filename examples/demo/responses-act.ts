import type { Origin } from './origin';
import { type FunctionDefinition, LambdaEmulator } from '../../tools/lambda-emulator';

export interface PageRequest {
  /** Who asks, and for what. */
  readonly name: string;
  readonly ms: number;
  readonly status: number;
  /** The handler was called. */
  readonly isForwarded: boolean;
}

export interface Responses {
  readonly requests: readonly PageRequest[];
}

interface Page {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const ID = '11';
const PATH = `/products/${ID}`;

/** Two users read a page; one of them has it already, and changes it then. Here the origin really takes its time. */
export async function responsesAct(definition: FunctionDefinition, origin: Origin): Promise<Responses> {
  const emulator = await LambdaEmulator.start(definition, { maxEnvironments: 1 });
  origin.isSlow = true;
  const requests: PageRequest[] = [];
  const ask = async (name: string, user: string, edition: number, { method = 'GET', headers = {} }: { method?: string; headers?: object } = {}) => {
    const { payload, responseMs } = await emulator.invoke(eventOf(user, method, headers));
    const { statusCode, headers: answered, body } = payload as Page;
    if (statusCode === 200 && !body?.includes(`edition ${edition}</h1><p>For you, ${user}.`)) {
      throw new Error(`${user} asked for edition ${edition}, and got ${body}`);
    }
    requests.push({ name, ms: responseMs, status: statusCode, isForwarded: answered?.['cache-status']?.includes('; hit') !== true });
  };
  try {
    await emulator.invoke(eventOf('carol', 'GET', {}));
    await ask('alice', 'alice', 1);
    await ask('alice again', 'alice', 1);
    await ask("alice's browser, which has the page", 'alice', 1, { headers: { 'if-none-match': '"1"' } });
    await ask('bob', 'bob', 1);
    await ask('bob again', 'bob', 1);
    origin.change(ID, 2);
    await ask('bob changes the product', 'bob', 2, { method: 'PUT' });
    await ask('alice, after that', 'alice', 2);
    await ask('alice again', 'alice', 2);
    return { requests };
  } finally {
    origin.isSlow = false;
    await emulator.stop();
  }
}

/** What an HTTP API with a JWT authorizer sends. */
function eventOf(user: string, method: string, headers: object): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: PATH,
    rawQueryString: '',
    headers: { 'host': 'shop.example', 'authorization': `Bearer ${user}`, 'x-forwarded-proto': 'https', 'x-forwarded-port': '443', ...headers },
    requestContext: {
      apiId: 'demo',
      domainName: 'shop.example',
      stage: '$default',
      http: { method, path: PATH, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'demo' },
      authorizer: { jwt: { claims: { sub: user }, scopes: null } },
    },
    isBase64Encoded: false,
  };
}
