import { type GatewayEvent, isObject, isPresent } from './gateway-event.js';
import { hasOneLine, isSinglePresented, multiHeaders, singleHeaders, singleOf } from './presented-headers.js';
import type { HttpFields, HttpResponse } from '../message.js';
import { PresentedFields } from '../presented-fields.js';

/** A handler's result for an HTTP source. */
export interface GatewayResult {
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly multiValueHeaders?: unknown;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

/**
 * The response in a handler's result, as the gateway reads it. Undefined if only the gateway decides: for a result without a status code
 * (format 2.0 turns any JSON into a response), and one that the gateway rejects.
 */
export function responseOf(source: GatewayEvent, returned: unknown): HttpResponse | undefined {
  if (!isObject(returned)) {
    return undefined;
  }
  const { statusCode, body, isBase64Encoded } = returned as GatewayResult;
  const status = Number(statusCode);
  if (!(Number.isInteger(status) && status >= 100 && status <= 999) || !isTextOrAbsent(body) || !isFlagOrAbsent(isBase64Encoded)) {
    return undefined;
  }
  const fields = fieldsOf(source, returned);
  return fields && { status, fields, body: body ?? '', isBase64Encoded: isBase64Encoded === true };
}

/** The result from which the gateway makes this response. */
export function resultOf(source: GatewayEvent, { status, fields, body, isBase64Encoded }: HttpResponse): GatewayResult {
  const isPresented = fields instanceof PresentedFields;
  if (takesMulti(source) ?? !(isPresented ? isSinglePresented(fields) : [...fields].every(hasOneLine))) {
    return { statusCode: status, multiValueHeaders: isPresented ? multiHeaders(fields) : Object.fromEntries(fields), body, isBase64Encoded };
  }
  const cookies = source.format === 'http' && !isPresented ? fields.get('set-cookie') : undefined;
  const headers = isPresented ? singleHeaders(fields) : singleOf(fields, cookies && 'set-cookie');
  const result = { statusCode: status, headers, body, isBase64Encoded };
  return cookies === undefined ? result : { ...result, cookies };
}

/** Whether the gateway reads only the map of all lines (true) or not at all (false), as an ALB's events show; undefined if it reads both. */
function takesMulti({ format, event }: GatewayEvent): boolean | undefined {
  return format === 'rest' ? undefined : format !== 'http' && isPresent(event.multiValueHeaders);
}

function addLines(fields: Map<string, readonly string[]> | undefined, name: string, values: readonly unknown[]): void {
  if (fields !== undefined && values.length > 0) {
    const lowerCase = name.toLowerCase();
    fields.set(lowerCase, [...fields.get(lowerCase) ?? [], ...values.map(String)]);
  }
}

/** The handler's own result with one more field line. */
export function withField(source: GatewayEvent, returned: GatewayResult, name: string, value: string): GatewayResult {
  const headers = isObject(returned.headers) ? returned.headers : {};
  const multi = isObject(returned.multiValueHeaders) ? returned.multiValueHeaders : {};
  const inMulti = Object.keys(multi).find((other) => other.toLowerCase() === name);
  if (takesMulti(source) ?? inMulti !== undefined) {
    const others = inMulti === undefined ? [] : multi[inMulti] as readonly unknown[];
    return { ...returned, multiValueHeaders: { ...multi, [inMulti ?? name]: [...others, value] } };
  }
  const inHeaders = Object.keys(headers).find((other) => other.toLowerCase() === name);
  return { ...returned, headers: { ...headers, [inHeaders ?? name]: inHeaders === undefined ? value : `${String(headers[inHeaders])}, ${value}` } };
}

function fieldsOf(source: GatewayEvent, { headers, multiValueHeaders, cookies }: GatewayResult): HttpFields | undefined {
  const multi = takesMulti(source);
  const fields = linesOf(multi === true ? undefined : headers, multi === false ? undefined : multiValueHeaders);
  if (source.format === 'http' && isPresent(cookies)) {
    if (!Array.isArray(cookies)) {
      return undefined;
    }
    addLines(fields, 'set-cookie', cookies);
  }
  return fields;
}

/** If both maps have a name, a REST API uses only `multi`'s. */
function linesOf(single: unknown, multi: unknown): Map<string, readonly string[]> | undefined {
  const fields = new Map<string, readonly string[]>();
  if (!isMapOrAbsent(single) || !isMapOrAbsent(multi)) {
    return undefined;
  }
  for (const [name, values] of Object.entries(multi ?? {})) {
    if (values === undefined) {
      continue;
    }
    if (!Array.isArray(values) || !values.every(isValue)) {
      return undefined;
    }
    addLines(fields, name, values);
  }
  const inMulti = new Set(fields.keys());
  for (const [name, value] of Object.entries(single ?? {})) {
    // JSON, which the gateway gets, leaves it out.
    if (value === undefined) {
      continue;
    }
    if (!isValue(value)) {
      return undefined;
    }
    if (!inMulti.has(name.toLowerCase())) {
      addLines(fields, name, [value]);
    }
  }
  return fields;
}

/** Gateways convert numbers and booleans to strings. */
function isValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isTextOrAbsent(value: unknown): value is string | null | undefined {
  return typeof value === 'string' || !isPresent(value);
}

function isFlagOrAbsent(value: unknown): boolean {
  return typeof value === 'boolean' || !isPresent(value);
}

function isMapOrAbsent(value: unknown): value is Readonly<Record<string, unknown>> | null | undefined {
  return !isPresent(value) || isObject(value);
}
