/** Lambda's HTTP events, in both directions: converts requests and results as a gateway does, and as a handler that passes requests on does. */
import { isUtf8 } from 'node:buffer';
import type { WireRequest, WireResponse } from '../wire.js';

export interface Shape {
  readonly name: string;
  toEvent(request: WireRequest): unknown;
  /** The event's request, for a handler. */
  fromEvent(event: never): WireRequest;
  toResult(response: WireResponse): unknown;
  fromResult(result: never): WireResponse;
}

type Single = Record<string, string>;
type Multi = Record<string, string[]>;

interface MethodEvent {
  readonly httpMethod: string;
  readonly path: string;
  readonly headers?: Single;
  readonly multiValueHeaders?: Multi;
  readonly multiValueQueryStringParameters?: Multi | null;
  readonly queryStringParameters?: Single | null;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

interface Version2Event extends Pick<MethodEvent, 'headers' | 'body' | 'isBase64Encoded'> {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: string[];
  readonly requestContext: { readonly http: { readonly method: string } };
}

interface Result {
  readonly statusCode: number;
  readonly headers?: Single;
  readonly multiValueHeaders?: Multi;
  readonly cookies?: string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

export const restApi: Shape = {
  name: 'rest-v1',
  toEvent: (request) => ({
    ...methodEvent(request, true),
    resource: '/{proxy+}',
    requestContext: { stage: 'prod', apiId: 'a1b2c3', httpMethod: request.method, identity: {} },
  }),
  fromEvent: (event: MethodEvent) => fromMethodEvent(event, event.multiValueHeaders!),
  toResult: (response) => ({ statusCode: response.status, multiValueHeaders: multi(response.lines), ...bodyOf(response.content) }),
  fromResult: (result: Result) => fromResult(result, { ...toMulti(result.headers ?? {}), ...result.multiValueHeaders }),
};

function version2(name: string, requestContext: object): Shape {
  return {
    name,
    toEvent: ({ method, target, lines, content }) => {
      const { cookie, ...headers } = joined(lines, ',');
      const [rawPath, rawQueryString = ''] = target.split('?');
      return {
        version: '2.0',
        routeKey: '$default',
        rawPath,
        rawQueryString,
        headers,
        ...(cookie !== undefined && { cookies: cookie.split('; ') }),
        requestContext: { ...requestContext, http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' } },
        ...bodyOf(content),
      };
    },
    fromEvent: (event: Version2Event) => ({
      method: event.requestContext.http.method,
      target: event.rawQueryString === '' ? event.rawPath : `${event.rawPath}?${event.rawQueryString}`,
      lines: [...Object.entries(event.headers!).flat(), ...event.cookies === undefined ? [] : ['cookie', event.cookies.join('; ')]],
      content: contentOf(event),
    }),
    toResult: ({ status, lines, content }) => {
      const { 'set-cookie': cookies, ...headers } = multi(lines);
      return { statusCode: status, headers: fromMulti(headers), ...(cookies && { cookies }), ...bodyOf(content) };
    },
    fromResult: (result: Result) => fromResult(result, { ...toMulti(result.headers ?? {}), ...(result.cookies && { 'set-cookie': result.cookies }) }),
  };
}

export const httpApi = version2('http-v2', { stage: '$default', apiId: 'a1b2c3', domainName: 'a1b2c3.execute-api.eu-central-1.amazonaws.com' });

export const functionUrl = version2('function-url', {
  stage: '$default', apiId: 'a1b2c3', domainName: 'a1b2c3.lambda-url.eu-central-1.on.aws', accountId: 'anonymous',
});

const TARGET_GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a/b';

function loadBalancer(name: string, isMulti: boolean): Shape {
  return {
    name,
    toEvent: (request) => ({ ...methodEvent(request, isMulti), requestContext: { elb: { targetGroupArn: TARGET_GROUP } } }),
    fromEvent: (event: MethodEvent) => fromMethodEvent(event, event.multiValueHeaders ?? toMulti(event.headers!)),
    toResult: ({ status, lines, content }) => ({
      statusCode: status, ...isMulti ? { multiValueHeaders: multi(lines) } : { headers: fromMulti(multi(lines)) }, ...bodyOf(content),
    }),
    fromResult: (result: Result) => fromResult(result, isMulti ? result.multiValueHeaders ?? {} : toMulti(result.headers ?? {})),
  };
}

export const SHAPES: readonly Shape[] = [restApi, httpApi, functionUrl, loadBalancer('alb', false), loadBalancer('alb-multi-value', true)];

function methodEvent({ method, target, lines, content }: WireRequest, isMulti: boolean): MethodEvent {
  const [path, query] = target.split('?');
  const parameters = [...new URLSearchParams(query)];
  const values = Object.fromEntries(parameters.map(([name]) => [name, parameters.filter(([other]) => other === name).map(([, value]) => value)]));
  return {
    httpMethod: method,
    path,
    ...isMulti
      ? { multiValueHeaders: multi(lines), multiValueQueryStringParameters: query === undefined ? null : values }
      : { headers: joined(lines, ', '), queryStringParameters: query === undefined ? null : Object.fromEntries(parameters) },
    body: content.length === 0 ? null : bodyOf(content).body,
    isBase64Encoded: bodyOf(content).isBase64Encoded,
  };
}

function fromMethodEvent(event: MethodEvent, headers: Multi): WireRequest {
  const query = event.multiValueQueryStringParameters ?? toMulti(event.queryStringParameters ?? {});
  const parameters = new URLSearchParams(Object.entries(query).flatMap(([name, values]) => values.map((value): [string, string] => [name, value])));
  return {
    method: event.httpMethod,
    target: parameters.size === 0 ? event.path : `${event.path}?${parameters}`,
    lines: linesOf(headers),
    content: contentOf(event),
  };
}

function fromResult(result: Result, headers: Multi): WireResponse {
  return { status: result.statusCode, lines: linesOf(headers), content: contentOf(result) };
}

function bodyOf(content: Buffer): { body: string; isBase64Encoded: boolean } {
  const isBase64Encoded = !isUtf8(content);
  return { body: content.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

function contentOf({ body, isBase64Encoded }: { body?: string | null; isBase64Encoded?: boolean }): Buffer {
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

function multi(received: readonly string[]): Multi {
  const headers: Multi = {};
  for (let index = 0; index < received.length; index += 2) {
    (headers[received[index].toLowerCase()] ??= []).push(received[index + 1]);
  }
  return headers;
}

function linesOf(headers: Multi): string[] {
  return Object.entries(headers).flatMap(([name, values]) => values.flatMap((value) => [name, value]));
}

const joined = (received: readonly string[], separator: string): Single => fromMulti(multi(received), separator);

function fromMulti(headers: Multi, separator = ', '): Single {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.join(separator)]));
}

function toMulti(headers: Single): Multi {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}
