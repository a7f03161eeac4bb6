import { type EventRequest, parametersOf, routeOf } from './events/event-request.js';
import { isObject, isPresent } from './events/gateway-event.js';
import { type Parameter, queryOf, rawParameters } from './events/query.js';
import type { Visible } from './events/visible-event.js';
import { hidesAnother, type Identified, identify, type IgnoresCookie } from './identity.js';
import { type IdentitySource, matcherOf, type ResponseSettings } from './settings.js';
import { ADDRESS_FIELDS, METHOD_FIELDS } from './special-fields.js';

/** Why a request bypasses the cache. */
export type BypassReason = 'method' | 'content' | 'methodOverride' | 'identity';

export interface Keyed extends Identified {
  readonly key: string;
}

/** Further fields that are always in the key: the second one determines the scheme. */
const URI_FIELDS = ['host', 'x-forwarded-proto', 'x-forwarded-port'];

/** Makes requests' keys: two requests have the same key only if a handler without other input must answer them in the same way. */
export class RequestKeys implements Visible {
  private readonly ignoresCookie: IgnoresCookie;
  /** Absent if all parameters are in the key. */
  public readonly parameter?: (parameter: Parameter) => boolean;
  private readonly fields: readonly string[];
  private readonly visibleFields: ReadonlySet<string>;
  private readonly varyBy: readonly IdentitySource[];

  /** Whether some parameters or cookies are not in the key, so that handlers do not see them. */
  public readonly ignores: boolean;

  public constructor(settings: ResponseSettings, private readonly functionVersion = '') {
    const { includeQuery, ignoreQuery, ignoreCookies, headers = [], varyBy = [] } = settings;
    this.ignoresCookie = matcherOf(ignoreCookies);
    this.fields = headers;
    this.varyBy = varyBy;
    this.ignores = includeQuery !== undefined || ignoreQuery !== undefined || ignoreCookies !== undefined;
    this.visibleFields = new Set([...this.fields, ...ADDRESS_FIELDS, ...URI_FIELDS, ...varyBy.filter(([kind]) => kind === 'header').map(([, name]) => name)]);
    if (includeQuery !== undefined || ignoreQuery !== undefined) {
      const isIncluded = includeQuery === undefined ? () => true : matcherOf(includeQuery);
      const isIgnored = matcherOf(ignoreQuery);
      // Some frameworks also separate parameters by semicolons: an ignored parameter could hide another one.
      this.parameter = ({ name, text }) => (isIncluded(name) && !isIgnored(name)) || /;|%3b/i.test(text);
    }
  }

  public of(request: EventRequest): Keyed | BypassReason {
    const { method, fields, hasContent } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      return 'method';
    }
    if (hasContent) {
      return 'content';
    }
    if (request.hasSpecialFields && METHOD_FIELDS.some((name) => fields.has(name))) {
      return 'methodOverride';
    }
    const identified = identify(request, this.varyBy, this.ignoresCookie);
    if (identified === undefined) {
      return 'identity';
    }
    return { ...identified, key: this.keyOf(request, identified.values) };
  }

  public field(name: string): boolean {
    return this.visibleFields.has(name);
  }

  public cookie(name: string): boolean {
    return this.varyBy.some(([kind, cookie]) => kind === 'cookie' && cookie === name);
  }

  /** The parts that a handler sees without removeUnkeyed: everything that is not ignored. */
  public get unlessIgnored(): Visible {
    return { field: () => true, cookie: (name, pair) => !this.ignoresCookie(name) || hidesAnother(pair.slice(pair.indexOf('=') + 1)), parameter: this.parameter };
  }

  private keyOf(request: EventRequest, identity: readonly unknown[]): string {
    const { fields, source, path, host } = request;
    const { event } = source;
    const { stage, apiId, elb, domainName } = event.requestContext;
    const { route, contextPath } = routeOf(source);
    // The gateway's parsed URL is in the key too: it decodes paths, and different URLs can look the same afterwards.
    const parts = [
      this.functionVersion, request.scheme, host, unless(domainName === host, domainName), elb === undefined ? apiId : targetGroupOf(elb), stage,
      unless(!isPresent(event.stageVariables), event.stageVariables), unless(route === path, route),
      unless(!isPresent(event.pathParameters), event.pathParameters),
      unless(!fields.has('x-forwarded-port'), fields.get('x-forwarded-port')), path, unless(contextPath === path, contextPath), this.queryOf(request), ...identity,
    ];
    for (const name of request.hasSpecialFields ? [...this.fields, ...ADDRESS_FIELDS] : this.fields) {
      const lines = fields.get(name);
      if (lines !== undefined) {
        parts.push([name, lines]);
      }
    }
    return JSON.stringify(parts);
  }

  /** The part of the query that is in the key. */
  public queryOf(request: EventRequest): string {
    return this.parameter === undefined ? request.query : queryOf(parametersOf(request.source).filter(this.parameter));
  }

  /** The same for a raw query. */
  public rawQueryOf(query: string): string {
    return this.parameter === undefined ? query : queryOf(rawParameters(query).filter(this.parameter));
  }
}

/** The part of a key that most requests lack. */
function unless(isUsual: boolean, value: unknown): unknown {
  return isUsual ? 0 : value;
}

function targetGroupOf(elb: unknown): unknown {
  return isObject(elb) ? elb.targetGroupArn : undefined;
}
