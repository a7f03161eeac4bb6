/** Requests as the HTTP sources of Lambda put them into events, and their results as clients get them. */

export const FORMATS = ['rest', 'http', 'functionUrl', 'alb', 'albMultiValue'] as const;
export type Format = (typeof FORMATS)[number];

/** Who calls, as the gateway has found out. */
export interface Caller {
  readonly principalId?: string;
  readonly sub?: string;
  readonly userArn?: string;
  readonly apiKey?: string;
}

export interface ClientRequest {
  readonly method?: string;
  readonly host?: string;
  readonly stage?: string;
  /** Raw, as in a URL. */
  readonly path?: string;
  readonly query?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Pairs of a name and a value. */
  readonly cookies?: readonly string[];
  readonly caller?: Caller;
  readonly body?: string;
}

type Lines = readonly (readonly [name: string, value: string])[];

export function eventOf(format: Format, request: ClientRequest): object {
  switch (format) {
    case 'rest':
      return restEvent(request);
    case 'http':
    case 'functionUrl':
      return version2Event(format, request);
    case 'alb':
    case 'albMultiValue':
      return albEvent(format, request);
  }
}

function restEvent({ method = 'GET', stage = 'prod', path = '/', query = '', caller, body, ...request }: ClientRequest): object {
  const lines = linesOf(request);
  const parameters = parse(query).map(([name, value]) => [decode(name), decode(value)] as const);
  const isClaims = caller?.sub !== undefined;
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: orNull(single(lines)),
    multiValueHeaders: orNull(multi(lines)),
    queryStringParameters: orNull(single(parameters)),
    multiValueQueryStringParameters: orNull(multi(parameters)),
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      resourcePath: '/{proxy+}',
      path: `/${stage}${path}`,
      stage,
      apiId: 'rest',
      domainName: hostOf(request),
      httpMethod: method,
      identity: { ...ANONYMOUS, sourceIp: '192.0.2.1', userArn: caller?.userArn ?? null, user: caller?.userArn ?? null, apiKey: caller?.apiKey ?? null },
      ...((isClaims || caller?.principalId !== undefined) && {
        authorizer: isClaims ? { claims: { sub: caller.sub } } : { principalId: caller?.principalId, integrationLatency: 3 },
      }),
    },
    body: body ?? null,
    isBase64Encoded: false,
  };
}

const ANONYMOUS = { cognitoIdentityId: null, caller: null, accessKey: null, principalOrgId: null, cognitoAuthenticationProvider: null };

function version2Event(format: Format, { method = 'GET', stage = '$default', path = '/', query = '', caller, body, ...request }: ClientRequest): object {
  const isUrl = format === 'functionUrl';
  const { cookies = [] } = request;
  // A function URL leaves the cookies in the headers, too.
  const lines = linesOf(isUrl ? request : { ...request, cookies: [] });
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: Object.fromEntries(Object.entries(multi(lines.map(([name, value]) => [name.toLowerCase(), value] as const))).map(([name, values]) => [name, values.join(',')])),
    ...(query !== '' && { queryStringParameters: Object.fromEntries(parse(query).map(([name, value]) => [decode(name), decode(value)])) }),
    requestContext: {
      apiId: isUrl ? 'url' : 'http',
      domainName: hostOf(request),
      stage,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'x' },
      routeKey: '$default',
      authentication: null,
      ...authorizerOf(caller),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

function authorizerOf(caller: Caller | undefined): object {
  const { sub, principalId, userArn } = caller ?? {};
  const authorizer = {
    ...(sub !== undefined && { jwt: { claims: { sub }, scopes: null } }),
    ...(principalId !== undefined && { lambda: { principalId } }),
    ...(userArn !== undefined && { iam: { userArn } }),
  };
  return Object.keys(authorizer).length === 0 ? {} : { authorizer };
}

function albEvent(format: Format, { method = 'GET', path = '/', query = '', body, ...request }: ClientRequest): object {
  const lines = linesOf(request).map(([name, value]) => [name.toLowerCase(), value] as const);
  const parameters = parse(query);
  return {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/one/1' } },
    httpMethod: method,
    path,
    ...(format === 'alb' ? { headers: single(lines), queryStringParameters: single(parameters) }
      : { multiValueHeaders: multi(lines), multiValueQueryStringParameters: multi(parameters) }),
    body: body ?? '',
    isBase64Encoded: false,
  };
}

/** A response as a client gets it. */
export interface ClientResponse {
  readonly status: number;
  /** By the name in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

/** What the gateway makes of a handler's result. */
export function clientResponse(format: Format, result: unknown): ClientResponse {
  const { statusCode, headers = {}, multiValueHeaders = {}, cookies = [], body = '', isBase64Encoded } = result as {
    statusCode: number;
    headers?: Record<string, unknown>;
    multiValueHeaders?: Record<string, unknown[]>;
    cookies?: string[];
    body?: string;
    isBase64Encoded?: boolean;
  };
  const all: Record<string, string[]> = {};
  const add = (name: string, values: readonly unknown[]) => (all[name.toLowerCase()] ??= []).push(...values.map(String));
  if (format !== 'albMultiValue') {
    Object.entries(headers).forEach(([name, value]) => add(name, [value]));
  }
  if (format === 'rest' || format === 'albMultiValue') {
    for (const [name, values] of Object.entries(multiValueHeaders)) {
      delete all[name.toLowerCase()];
      add(name, values);
    }
  }
  if (format === 'http' || format === 'functionUrl') {
    cookies.forEach((cookie) => add('set-cookie', [cookie]));
  }
  return { status: statusCode, headers: all, body: isBase64Encoded === true ? Buffer.from(body, 'base64').toString('latin1') : body };
}

function hostOf({ host = 'shop.example' }: ClientRequest): string {
  return host;
}

function linesOf(request: ClientRequest): Lines {
  const { headers = [], cookies = [] } = request;
  return [['Host', hostOf(request)], ['X-Forwarded-Proto', 'https'], ...headers, ...(cookies.length > 0 ? [['Cookie', cookies.join('; ')] as const] : [])];
}

function parse(query: string): Lines {
  return query === '' ? [] : query.split('&').map((part) => [part.split('=', 1)[0], part.includes('=') ? part.slice(part.indexOf('=') + 1) : ''] as const);
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** The last value wins. */
function single(lines: Lines): Record<string, string> {
  return Object.fromEntries(lines);
}

function multi(lines: Lines): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  lines.forEach(([name, value]) => (values[name] ??= []).push(value));
  return values;
}

/** A REST API has null where there is nothing. */
function orNull<T extends object>(map: T): T | null {
  return Object.keys(map).length === 0 ? null : map;
}

/** What a handler reads of an event. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  /** Texts of a name and a value. */
  readonly parameters: readonly string[];
  header(name: string): string | undefined;
  cookies(): string;
  readonly authorizer: string;
  readonly place: string;
}

type AnyEvent = {
  httpMethod?: string;
  path?: string;
  rawPath?: string;
  rawQueryString?: string;
  cookies?: string[];
  headers?: Record<string, string> | null;
  multiValueHeaders?: Record<string, string[]> | null;
  queryStringParameters?: object | null;
  multiValueQueryStringParameters?: object | null;
  pathParameters?: unknown;
  requestContext: {
    http?: { method: string };
    authorizer?: unknown;
    identity?: { userArn?: string; apiKey?: string };
    stage?: string;
    apiId?: string;
    domainName?: string;
  };
};

export function seenIn(given: unknown): Seen {
  const event = given as AnyEvent;
  const { requestContext } = event;
  const header = (name: string) => {
    const values = Object.entries(event.multiValueHeaders ?? event.headers ?? {})
      .filter(([other]) => other.toLowerCase() === name).flatMap(([, value]) => value);
    return values.length === 0 ? undefined : values.join(', ');
  };
  return {
    method: event.httpMethod ?? requestContext.http!.method,
    path: event.path ?? event.rawPath!,
    parameters: event.rawQueryString === undefined
      ? Object.entries(event.multiValueQueryStringParameters ?? event.queryStringParameters ?? {})
        .flatMap(([name, values]: [string, string | string[]]) => [values].flat().map((value) => `${name}=${value}`))
      : event.rawQueryString.split('&').filter((text) => text !== ''),
    header,
    cookies: () => event.cookies?.join('; ') ?? header('cookie') ?? '',
    authorizer: JSON.stringify([requestContext.authorizer, requestContext.identity?.userArn, requestContext.identity?.apiKey]),
    place: JSON.stringify([requestContext.stage, requestContext.apiId, requestContext.domainName, header('host'), event.pathParameters]),
  };
}

/** A handler's result, in the form that its gateway takes. */
export function resultFor(format: Format, { status = 200, headers = [], body = '', isBase64Encoded = false }: {
  readonly status?: number; readonly headers?: Lines; readonly body?: string; readonly isBase64Encoded?: boolean;
}): object {
  const result = { statusCode: status, body, isBase64Encoded };
  switch (format) {
    case 'http':
    case 'functionUrl':
      return {
        ...result,
        headers: single(headers.filter(([name]) => name.toLowerCase() !== 'set-cookie')),
        cookies: headers.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => value),
      };
    case 'alb':
      return { ...result, headers: single(headers) };
    default:
      return { ...result, multiValueHeaders: multi(headers) };
  }
}
