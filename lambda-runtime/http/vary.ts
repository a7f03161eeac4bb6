/** Variants of a resource by fields of the request. RFC 9111, 4.1; RFC 9110, 12.5. */
import { fieldNames, fieldValue, listMembers } from './fields.js';
import type { HttpFields, StoredResponse, Variant } from './message.js';

/** Fields whose value is one text, not a list: white space next to a comma is significant. */
const TEXTS = new Set(['authorization', 'cookie', 'from', 'origin', 'referer', 'user-agent']);

/** Lists in which neither case nor order is significant. RFC 9110, 12.5.3 and 12.5.4. */
const SETS = new Set(['accept-encoding', 'accept-language']);

/** The fields that select this response among the resource's variants; undefined for `Vary: *`. */
export function variantOf(response: HttpFields, request: HttpFields): Variant | undefined {
  const names = [...new Set(fieldNames(fieldValue(response, 'vary')))];
  return names.includes('*') ? undefined : names.map((name) => [name, normalized(name, request)]);
}

/** The newest stored response that the request selects. */
export function selectVariant(variants: readonly StoredResponse[], request: HttpFields): StoredResponse | undefined {
  return newest(variants, selects, request) ?? newest(variants, isPreferred, request);
}

function newest(
  variants: readonly StoredResponse[], isMeant: (stored: StoredResponse, request: HttpFields) => boolean, request: HttpFields,
): StoredResponse | undefined {
  let found: StoredResponse | undefined;
  for (const stored of variants) {
    if ((found === undefined || stored.responseTime > found.responseTime) && isMeant(stored, request)) {
      found = stored;
    }
  }
  return found;
}

function selects({ variant }: StoredResponse, request: HttpFields): boolean {
  for (const [name, value] of variant) {
    if (normalized(name, request) !== value) {
      return false;
    }
  }
  return true;
}

/** The variants with this one instead of the one that the same requests select; beyond `max`, the oldest are dropped. */
export function withVariant(variants: readonly StoredResponse[], stored: StoredResponse, max: number): StoredResponse[] {
  return [stored, ...withoutVariant(variants, stored)].slice(0, max);
}

export function withoutVariant(variants: readonly StoredResponse[], stored: StoredResponse): StoredResponse[] {
  const variant = JSON.stringify(stored.variant);
  return variants.filter((other) => JSON.stringify(other.variant) !== variant);
}

function normalized(name: string, request: HttpFields): string | null {
  const value = fieldValue(request, name);
  if (value === undefined) {
    return null;
  }
  if (TEXTS.has(name)) {
    return value;
  }
  const known = recent.get(value);
  if (known !== undefined && SETS.has(name)) {
    return known;
  }
  const members = listMembers(value);
  return SETS.has(name) ? remember(value, members.map((member) => member.toLowerCase().replaceAll(/\s/g, '')).sort().join(',')) : members.join(',');
}

/** Normalized values by field value, since clients send few different ones again and again. */
const recent = new Map<string, string>();
const MAX_RECENT = 100;
const MAX_RECENT_LENGTH = 200;

function remember(value: string, set: string): string {
  if (value.length <= MAX_RECENT_LENGTH) {
    if (recent.size >= MAX_RECENT) {
      recent.clear();
    }
    recent.set(value, set);
  }
  return set;
}

/** Whether the response is in the language that the client prefers most: no origin would choose another. */
function isPreferred(stored: StoredResponse, request: HttpFields): boolean {
  const language = stored.fields.find(([name]) => name === 'content-language')?.[1].join().toLowerCase();
  const accepted = fieldValue(request, 'accept-language');
  if (language === undefined || accepted === undefined) {
    return false;
  }
  const [first, second] = listMembers(accepted).map(quality).sort((one, other) => other.weight - one.weight);
  return first?.name === language && first.weight > (second?.weight ?? 0)
    && stored.variant.every(([name, value]) => name === 'accept-language' || normalized(name, request) === value)
    && stored.variant.some(([name]) => name === 'accept-language');
}

function quality(member: string): { name: string; weight: number } {
  const [name, weight = 'q=1'] = member.toLowerCase().replaceAll(/\s/g, '').split(';');
  return { name, weight: Number(weight.replace('q=', '')) || 0 };
}
