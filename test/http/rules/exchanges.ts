import type { Credentials, Decision, Forward, HttpRequest, HttpResponse, Received, ResponsePolicy, StoredResponse } from '../../../lambda-runtime/http/index.js';
import { decide, receive, withoutOrigin, withVariant } from '../../../lambda-runtime/http/index.js';

/** Fields by name; several lines as an array. */
export type Lines = Readonly<Record<string, string | readonly string[]>>;

export const START = Date.parse('2026-11-01T12:00:00Z');

export const toFields = (lines: Lines = {}) =>
  new Map(Object.entries(lines).map(([name, value]) => [name, typeof value === 'string' ? [value] : value] as const));

export function request(lines: Lines = {}, other: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', scheme: 'https', host: 'shop.example', target: '/books?page=1', fields: toFields(lines), ...other };
}

export function response(lines: Lines = {}, other: Partial<HttpResponse> = {}): HttpResponse {
  return { status: 200, fields: toFields(lines), body: 'Moby Dick', isBase64Encoded: false, ...other };
}

const NONE: Credentials = { authorization: false, cookies: false };

/** One key of a cache, and its clock: requests go through the rules to an origin with given responses. */
export class OneKey {
  public variants: readonly StoredResponse[] = [];
  /** What the origin got, in order. */
  public readonly sent: HttpRequest[] = [];
  public last?: Received;
  public now = START;

  public constructor(private readonly policy: ResponsePolicy = {}) {}

  public pass(seconds: number): this {
    this.now += seconds * 1000;
    return this;
  }

  public decide(client: HttpRequest = request(), credentials = NONE): Decision {
    return decide({ request: client, variants: this.variants, now: this.now, credentials });
  }

  /** What the client gets, where the origin answers `answer`, or nothing at all. */
  public get(client: HttpRequest, answer?: HttpResponse, credentials = NONE): HttpResponse | undefined {
    const decision = this.decide(client, credentials);
    if ('response' in decision) {
      return decision.response;
    }
    return answer === undefined
      ? withoutOrigin({ request: client, forward: decision, credentials, policy: this.policy, requestTime: this.now, responseTime: this.now })
      : this.answer(client, decision, answer, credentials);
  }

  public answer(client: HttpRequest, forward: Forward, answer: HttpResponse, credentials = NONE, seconds = 0): HttpResponse {
    this.sent.push(forward.request);
    const requestTime = this.now;
    this.pass(seconds);
    this.last = receive({ request: client, forward, response: answer, credentials, policy: this.policy, requestTime, responseTime: this.now });
    const { put, drop } = this.last;
    this.variants = put === undefined ? this.variants.filter((stored) => stored !== drop) : withVariant(this.variants, put, 10);
    return this.last.response;
  }
}

/** What happens to a request after the response to another: the decision, in a word. */
export function afterwards(lines: Lines, setting: Partial<HttpResponse> & { seconds?: number; policy?: ResponsePolicy } = {}): string {
  const { seconds = 0, policy, ...other } = setting;
  const key = new OneKey(policy);
  key.get(request(), response(lines, other));
  return key.pass(seconds).decide().action;
}

export const line = (message: HttpResponse | HttpRequest | undefined, name: string) => message?.fields.get(name)?.join(' | ');
