import { cookiesOf } from './cookies.js';
import { callersOf, type EventRequest } from './events/event-request.js';
import { isObject, isPresent } from './events/gateway-event.js';
import type { IdentitySource } from './settings.js';
import { ALB_CERTIFICATE_FIELDS, ALB_FIELDS, CREDENTIAL_FIELDS } from './special-fields.js';

/** The parts of a request's identity that are in its key, and those that are not. */
export interface Identified {
  /** The values of the identity sources, for the key. */
  readonly values: readonly unknown[];
  /** Whether the request has credentials that no source names: only a response for all users may answer it. */
  readonly hasUnnamedCredentials: boolean;
  /** Whether it has cookies that are neither identity nor ignored. */
  readonly hasUnnamedCookies: boolean;
}

/** The cookies that do not affect the response. */
export type IgnoresCookie = (name: string) => boolean;

/** Undefined if the request lacks an identity that the key needs, or has two. */
export function identify(request: EventRequest, sources: readonly IdentitySource[], ignoresCookie: IgnoresCookie): Identified | undefined {
  const cookies = request.fields.has('cookie') ? cookiesOf(request.fields.get('cookie')) : undefined;
  const values: unknown[] = [];
  for (const [kind, name] of sources) {
    const value = valueOf(request, cookies, kind, name);
    if (value === undefined) {
      return undefined;
    }
    values.push(value);
  }
  return {
    values,
    hasUnnamedCredentials: hasUnnamedCredentials(request, sources),
    hasUnnamedCookies: cookies !== undefined && [...cookies].some(([name, given]) =>
      !isNamed(sources, 'cookie', name) && (!ignoresCookie(name) || given.some(hidesAnother))),
  };
}

function valueOf(request: EventRequest, cookies: ReturnType<typeof cookiesOf> | undefined, kind: IdentitySource[0], name: string): unknown {
  switch (kind) {
    case 'cookie':
      return onlyOne(cookies?.get(name));
    case 'header':
      return name === 'x-api-key' ? apiKeyOf(request) : onlyOne(request.fields.get(name));
    case 'jwtClaim':
      return firstOf(claimsOf(request), name);
    case 'authorizer':
      return firstOf(callersOf(request.source), name);
  }
}

/** With two values, it is unknown which one the handler reads. */
function onlyOne(values: readonly string[] | undefined): string | undefined {
  return values?.length === 1 && values[0].trim() !== '' ? values[0] : undefined;
}

/** The API key that the client sent, and whether the gateway accepted it. */
function apiKeyOf(request: EventRequest): unknown {
  const key = onlyOne(request.fields.get('x-api-key'));
  return key && [key, isPresent(contextObject(request, 'identity')?.apiKey)];
}

/** The first object with the value, and its index: equal values in two objects are two identities. */
function firstOf(owners: readonly unknown[], name: string): readonly [place: number, value: unknown] | undefined {
  for (const [place, owner] of owners.entries()) {
    const value = isObject(owner) && Object.hasOwn(owner, name) ? owner[name] : undefined;
    if ((typeof value === 'string' && value.trim() !== '') || typeof value === 'number' || typeof value === 'boolean') {
      return [place, value];
    }
  }
  return undefined;
}

/** The claims of a token that the gateway has verified. A token that only the handler verifies does not count. */
function claimsOf(request: EventRequest): unknown[] {
  const authorizer = contextObject(request, 'authorizer');
  return [authorizer?.claims, isObject(authorizer?.jwt) ? authorizer.jwt.claims : undefined];
}

function hasUnnamedCredentials(request: EventRequest, sources: readonly IdentitySource[]): boolean {
  const isCallerNamed = sources.some(([kind]) => kind === 'authorizer' || kind === 'jwtClaim');
  const named = (field: string) => isNamed(sources, 'header', field);
  const { fields } = request;
  // An API key identifies an application, and a certificate a device: a user's name covers neither.
  const isCovered = (field: string) => named(field) || (isCallerNamed && field !== 'x-api-key');
  const hasCredentialFields = () => CREDENTIAL_FIELDS.some((field) => fields.has(field) && !isCovered(field))
    || (ALB_FIELDS.some((field) => fields.has(field)) && !named('x-amzn-oidc-identity'))
    || (ALB_CERTIFICATE_FIELDS.some((field) => fields.has(field)) && !ALB_CERTIFICATE_FIELDS.some(named));
  const { identity } = request.source.event.requestContext;
  const { apiKey, apiKeyId } = isObject(identity) ? identity : {};
  return (request.hasSpecialFields && hasCredentialFields())
    // An authorizer can set the API key, even if the client has sent another.
    || (isPresent(apiKey) && apiKey !== fields.get('x-api-key')?.join())
    || (isPresent(apiKey ?? apiKeyId) && !named('x-api-key'))
    || (!isCallerNamed && hasCaller(request));
}

function hasCaller({ source }: EventRequest): boolean {
  const { authorizer, identity, authentication } = source.event.requestContext;
  // HTTP APIs with payload format 1.0 have this object without an authorizer too.
  return (isObject(authorizer) && !Object.entries(authorizer).every(([name, value]) => (name === 'claims' || name === 'scopes') && value === null))
    || (isObject(identity) && isCaller(identity))
    || isObject(authentication);
}

/** Whether a REST API's `requestContext.identity` has facts about the caller, besides the API key: absent or null for anonymous callers. */
function isCaller(identity: Readonly<Record<string, unknown>>): boolean {
  const { caller, user, userArn, accessKey, cognitoIdentityId, cognitoAuthenticationProvider, principalOrgId, clientCert } = identity;
  return isPresent(caller ?? user ?? userArn ?? accessKey ?? cognitoIdentityId ?? cognitoAuthenticationProvider ?? principalOrgId ?? clientCert);
}

function contextObject({ source }: EventRequest, name: string): Readonly<Record<string, unknown>> | undefined {
  const value = source.event.requestContext[name];
  return isObject(value) ? value : undefined;
}

function isNamed(sources: readonly IdentitySource[], kind: IdentitySource[0], name: string): boolean {
  return sources.some(([otherKind, otherName]) => otherKind === kind && otherName === name);
}

/** Some cookie parsers accept a comma as a separator, as in RFC 2965: then this value contains another cookie. */
export function hidesAnother(value: string): boolean {
  return /,[^=]*=/.test(value);
}
