import { parametersOf } from './event-request.js';
import { isObject, type GatewayEvent, leavesEmptyMaps, type MultiValues } from './gateway-event.js';
import type { Parameter } from './query.js';
import { queryOf } from './query.js';
import { fieldValue } from '../fields.js';
import type { HttpFields } from '../message.js';

type Changeable = Record<string, unknown>;

/** The event with these request fields instead of its own, such as validators. The same event if none differs. */
export function withFields(source: GatewayEvent, before: HttpFields, after: HttpFields): object {
  if (before === after) {
    return source.event;
  }
  const changed = [...new Set([...before, ...after].map(([name]) => name))].filter((name) => fieldValue(before, name) !== fieldValue(after, name));
  return changed.length === 0 ? source.event : keepFields(source, (name) => !changed.includes(name), changed.flatMap((name) => {
    const lines = after.get(name);
    return lines === undefined ? [] : [[name, lines] as const];
  }));
}

/** The parts of an event that a handler may see. */
export interface Visible {
  field(name: string): boolean;
  cookie(name: string, value: string): boolean;
  /** Absent: all. */
  readonly parameter?: (parameter: Parameter) => boolean;
}

/** The event without its other fields, cookies and parameters, and without the gateway's copies of them. */
export function withoutHidden(source: GatewayEvent, visible: Visible): GatewayEvent {
  const event = keepFields(source, (name) => visible.field(name) || name === 'cookie', []) as Changeable;
  dropCookies(event, visible);
  if (visible.parameter !== undefined) {
    dropParameters(source, event, visible.parameter);
  }
  if (!visible.field('user-agent')) {
    dropUserAgent(event);
  }
  return { ...source, event } as unknown as GatewayEvent;
}

function keepFields(
  { event }: GatewayEvent, keeps: (lowerCase: string) => boolean, added: readonly (readonly [string, readonly string[]])[],
): object {
  const kept = (map: object | null | undefined, addedEntries: readonly (readonly [string, unknown])[]) => map
    && Object.fromEntries([...Object.entries(map).filter(([name]) => keeps(name.toLowerCase())), ...addedEntries]);
  const single = added.map(([name, lines]) => [name, lines.join(', ')] as const);
  const { multiValueHeaders: multi } = event as { readonly multiValueHeaders?: MultiValues };
  return {
    ...event,
    headers: kept(event.headers, single),
    ...(multi && { multiValueHeaders: kept(multi, added) }),
  };
}

function dropCookies(event: Changeable, visible: Visible): void {
  const keeps = (pair: string) => visible.cookie(pair.split('=', 1)[0].trim(), pair);
  const line = (text: string) => text.split(';').filter(keeps).join(';').trim();
  if (Array.isArray(event.cookies)) {
    event.cookies = (event.cookies as string[]).map(line).filter((text) => text !== '');
  }
  for (const name of ['headers', 'multiValueHeaders'] as const) {
    const map = event[name];
    if (isObject(map)) {
      event[name] = Object.fromEntries(Object.entries(map).flatMap(([field, value]) => {
        const lines = (Array.isArray(value) ? value as string[] : [value as string]).map((text) => field.toLowerCase() === 'cookie' ? line(text) : text);
        const kept = field.toLowerCase() === 'cookie' ? lines.filter((text) => text !== '') : lines;
        return kept.length === 0 && lines.length > 0 ? [] : [[field, Array.isArray(value) ? kept : kept[0]]];
      }));
    }
  }
}

function dropParameters(source: GatewayEvent, event: Changeable, keeps: (parameter: Parameter) => boolean): void {
  const kept = parametersOf(source).filter(keeps);
  const names = new Set(kept.map(({ name }) => name));
  if (event.rawQueryString !== undefined) {
    event.rawQueryString = queryOf(kept);
  }
  for (const map of ['queryStringParameters', 'multiValueQueryStringParameters']) {
    const given = event[map];
    if (isObject(given)) {
      // An ALB does not decode names.
      const entries = Object.entries(given).filter(([name]) => names.has(name) || kept.some(({ text }) => text.startsWith(`${name}=`)));
      event[map] = entries.length === 0 && !leavesEmptyMaps(source) ? undefined : Object.fromEntries(entries);
    }
  }
}

function dropUserAgent(event: Changeable): void {
  const { requestContext } = event as { requestContext: Changeable };
  for (const name of ['identity', 'http']) {
    const part = requestContext[name];
    if (isObject(part) && part.userAgent !== undefined) {
      event.requestContext = { ...event.requestContext as object, [name]: { ...part, userAgent: '' } };
    }
  }
}
