/** The parts of Lambda's HTTP events that the cache reads. Everything else is for the handler. */

type Nullable<T> = T | null | undefined;

export type SingleValues = Nullable<Readonly<Record<string, string | undefined>>>;
export type MultiValues = Nullable<Readonly<Record<string, readonly string[] | undefined>>>;

export interface GatewayContext {
  readonly [name: string]: unknown;
  readonly apiId?: unknown;
  readonly stage?: unknown;
  readonly domainName?: unknown;
}

/** The parts that every format has under the same name. Outside this folder, nothing else of an event is read. */
interface CommonParts {
  readonly headers?: SingleValues;
  readonly queryStringParameters?: SingleValues;
  readonly pathParameters?: unknown;
  readonly stageVariables?: unknown;
  readonly requestContext: GatewayContext;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** REST APIs, HTTP APIs with payload format 1.0, and Application Load Balancers. */
export interface MethodEvent extends CommonParts {
  readonly httpMethod: string;
  readonly path: string;
  readonly resource?: unknown;
  readonly multiValueHeaders?: MultiValues;
  readonly multiValueQueryStringParameters?: MultiValues;
}

/** HTTP APIs with payload format 2.0, and function URLs. */
export interface Version2Event extends CommonParts {
  readonly version: '2.0';
  readonly routeKey?: unknown;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[] | null;
  readonly requestContext: GatewayContext & { readonly http: { readonly method: string; readonly path?: unknown } };
}

export type GatewayEvent =
  | { readonly format: 'rest'; readonly event: MethodEvent }
  | { readonly format: 'http'; readonly event: Version2Event }
  | { readonly format: 'alb'; readonly event: MethodEvent };

type Shape = Readonly<Record<string, unknown>>;

/**
 * The HTTP source of an event, by its shape. Undefined for all other events, which the cache must leave alone: batches
 * (`Records`), WebSocket messages, and Lambda authorizers' events, which look like requests but ask for a decision.
 */
export function recognize(event: unknown): GatewayEvent | undefined {
  const isOther = !isObject(event) || event.Records !== undefined || event.methodArn !== undefined || event.routeArn !== undefined;
  if (isOther || !isObject(event.requestContext)) {
    return undefined;
  }
  const { requestContext } = event;
  if (requestContext.connectionId !== undefined) {
    return undefined;
  }
  if (event.version === '2.0') {
    return isObject(requestContext.http) && isText(requestContext.http.method) && isText(event.rawPath) && isText(event.rawQueryString)
      ? { format: 'http', event: event as unknown as Version2Event }
      : undefined;
  }
  if (!isText(event.httpMethod) || !isText(event.path)) {
    return undefined;
  }
  return { format: requestContext.elb === undefined ? 'rest' : 'alb', event: event as unknown as MethodEvent };
}

/** Whether its maps of parameters are empty, not absent, if there are none. */
export function leavesEmptyMaps({ format }: GatewayEvent): boolean {
  return format === 'alb';
}

export function isObject(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gateways use null or leave the property out if there is no value. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
