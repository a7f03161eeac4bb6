import type { ReturnConsumedCapacity, ReturnItemCollectionMetrics, ReturnValue, Select } from '@aws-sdk/client-dynamodb';
import type { CborValue } from '../cbor';
import { type DocumentPath, overlapping, pathText } from './document-paths';
import { validationError } from './errors';
import { decodeProjection, Expressions } from './expressions';

/** A request's options: a map with these keys, or null. */
const Parameter = {
  PROJECTION: 0,
  CONSISTENT_READ: 2,
  CONSUMED_CAPACITY: 3,
  CONDITION: 4,
  COLLECTION_METRICS: 6,
  RETURN_VALUES: 7,
  UPDATE: 8,
  START_KEY: 9,
  FILTER: 10,
  INDEX: 11,
  LIMIT: 13,
  FORWARD: 14,
  SELECT: 15,
  SEGMENT: 16,
  TOTAL_SEGMENTS: 17,
  REQUEST_TOKEN: 19,
} as const;

const CONSUMED_CAPACITY: ReturnConsumedCapacity[] = ['NONE', 'TOTAL', 'INDEXES'];
const COLLECTION_METRICS: ReturnItemCollectionMetrics[] = ['NONE', 'SIZE'];
const RETURN_VALUES: (ReturnValue | undefined)[] = [undefined, 'NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'];
const SELECT: (Select | undefined)[] = [undefined, 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'COUNT', 'SPECIFIC_ATTRIBUTES'];

/** The options of one request; undefined if absent. */
export class RequestParameters {
  public readonly expressions = new Expressions();
  private readonly map: ReadonlyMap<CborValue, CborValue>;

  public constructor(value: CborValue) {
    this.map = value instanceof Map ? value : new Map();
  }

  public get consistentRead(): boolean {
    // A boolean in gets, a number in queries and scans.
    return Boolean(this.map.get(Parameter.CONSISTENT_READ));
  }

  public get consumedCapacity(): ReturnConsumedCapacity | undefined {
    return this.named(Parameter.CONSUMED_CAPACITY, CONSUMED_CAPACITY);
  }

  public get collectionMetrics(): ReturnItemCollectionMetrics | undefined {
    return this.named(Parameter.COLLECTION_METRICS, COLLECTION_METRICS);
  }

  public get returnValues(): ReturnValue | undefined {
    return this.named(Parameter.RETURN_VALUES, RETURN_VALUES);
  }

  public get select(): Select | undefined {
    return this.named(Parameter.SELECT, SELECT);
  }

  public get scanIndexForward(): boolean | undefined {
    const forward = this.map.get(Parameter.FORWARD);
    return forward === undefined ? undefined : Boolean(forward);
  }

  public get limit(): number | undefined {
    return this.map.get(Parameter.LIMIT) as number | undefined;
  }

  public get segment(): number | undefined {
    return this.map.get(Parameter.SEGMENT) as number | undefined;
  }

  public get totalSegments(): number | undefined {
    return this.map.get(Parameter.TOTAL_SEGMENTS) as number | undefined;
  }

  public get indexName(): string | undefined {
    return this.bytes(Parameter.INDEX)?.toString('utf8');
  }

  public get startKey(): Buffer | undefined {
    return this.bytes(Parameter.START_KEY);
  }

  public get requestToken(): string | undefined {
    return this.map.get(Parameter.REQUEST_TOKEN) as string | undefined;
  }

  public get condition(): string | undefined {
    const bytes = this.bytes(Parameter.CONDITION);
    return bytes && this.expressions.condition(bytes);
  }

  public get filter(): string | undefined {
    const bytes = this.bytes(Parameter.FILTER);
    return bytes && this.expressions.condition(bytes);
  }

  public get update(): string | undefined {
    const bytes = this.bytes(Parameter.UPDATE);
    return bytes && this.expressions.update(bytes);
  }

  /** @throws DaxError if paths overlap */
  public get projection(): DocumentPath[] | undefined {
    const bytes = this.bytes(Parameter.PROJECTION);
    return bytes && readProjection(bytes);
  }

  private bytes(parameter: number): Buffer | undefined {
    return this.map.get(parameter) as Buffer | undefined;
  }

  private named<T>(parameter: number, names: readonly T[]): T | undefined {
    const number = this.map.get(parameter);
    return number === undefined ? undefined : names[number as number];
  }
}

/** @throws DaxError with DynamoDB's message if paths overlap */
export function readProjection(bytes: Buffer): DocumentPath[] {
  const paths = decodeProjection(bytes);
  const overlap = overlapping(paths);
  if (overlap !== undefined) {
    throw validationError('Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; '
      + `path one: ${pathText(overlap[0])}, path two: ${pathText(overlap[1])}`);
  }
  return paths;
}
