import { allValues, checkMaps, OddEventError } from './fields.js';
import type { MultiValues, SingleValues } from './gateway-event.js';

/** One parameter of a query in an event. */
export interface Parameter {
  /** Decoded. */
  readonly name: string;
  /** As it appears in the target: raw where the event has the raw query, else encoded again. */
  readonly text: string;
}

/** The parameters in an event's two maps, in their order. */
export function mappedParameters(single: SingleValues, multi: MultiValues, areRaw: boolean): readonly Parameter[] {
  const [encode, decode] = areRaw ? [raw, decodeName] : [encodePart, asItIs];
  return allValues(single, multi).flatMap(([name, values]) =>
    values.map((value) => ({ name: decode(name), text: `${encode(name)}=${encode(value)}` })));
}

/** The query of all parameters in an event's two maps, as it appears in the target. */
export function mappedQuery(single: SingleValues, multi: MultiValues, areRaw: boolean): string {
  if (!checkMaps(single, multi)) {
    return queryOf(mappedParameters(single, multi, areRaw));
  }
  const encode = areRaw ? raw : encodePart;
  let query = '';
  for (const name in multi ?? single) {
    const encoded = encode(name);
    for (const value of multi?.[name] ?? [single![name]!]) {
      query += `${query === '' ? '' : '&'}${encoded}=${encode(value)}`;
    }
  }
  return query;
}

/** The parameters of a query as it appears in a URL. */
export function rawParameters(query: string): readonly Parameter[] {
  return query === '' ? [] : query.split('&').map((text) => ({ name: decodeName(text.split('=', 1)[0]), text }));
}

/** The query as it appears in the target. */
export function queryOf(parameters: readonly Parameter[]): string {
  return parameters.map(({ text }) => text).join('&');
}

function asItIs(text: string): string {
  return text;
}

/** If it contains a separator, it was encoded before, so it is not raw. */
function raw(text: string): string {
  if (/[&#]/.test(text)) {
    throw new OddEventError();
  }
  return text;
}

/** A lone surrogate cannot be encoded, so it cannot come from a URL. */
function encodePart(text: string): string {
  if (/^[\w.~-]*$/.test(text)) {
    return text;
  }
  if (!text.isWellFormed()) {
    throw new OddEventError();
  }
  return encodeURIComponent(text);
}

function decodeName(text: string): string {
  if (!/[%+]/.test(text)) {
    return text;
  }
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
