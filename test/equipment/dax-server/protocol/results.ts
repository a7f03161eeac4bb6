import type { ConsumedCapacity, ItemCollectionMetrics } from '@aws-sdk/client-dynamodb';
import { type CborMap, type CborValue, encodeFloat, encodeSequence } from '../cbor';
import { fromAttributeValue } from './attribute-values';
import type { KeySchema } from './keys';

/** The members of a result: a map with these keys. */
export const Result = {
  ITEM: 0, CONSUMED_CAPACITY: 1, ATTRIBUTES: 2, COLLECTION_METRICS: 3, ITEMS: 7, COUNT: 8, LAST_KEY: 9, SCANNED_COUNT: 10,
} as const;

/** Leaves out undefined members. */
export function resultMap(fields: readonly (readonly [number, CborValue | undefined])[]): CborMap {
  return new Map(fields.filter((field): field is readonly [number, CborValue] => field[1] !== undefined));
}

export function encodeConsumedCapacity(capacity: ConsumedCapacity): Buffer {
  const { TableName, CapacityUnits, Table, GlobalSecondaryIndexes, LocalSecondaryIndexes } = capacity;
  return encodeSequence([
    TableName!, CapacityUnits!, Table?.CapacityUnits ?? null, indexUnits(GlobalSecondaryIndexes), indexUnits(LocalSecondaryIndexes),
  ]);
}

/** A transaction's consumed capacity, whose members' names are numbers. */
export function namedConsumedCapacity(capacity: ConsumedCapacity): CborMap {
  const units = ({ CapacityUnits, ReadCapacityUnits, WriteCapacityUnits }: ConsumedCapacity) => resultMap([
    [1, CapacityUnits], [2, ReadCapacityUnits], [3, WriteCapacityUnits],
  ]);
  const indexes = (all: ConsumedCapacity['GlobalSecondaryIndexes']) => all && new Map(Object.entries(all).map(([name, each]) => [name, units(each)]));
  return new Map<CborValue, CborValue>([
    ...units(capacity),
    ...resultMap([
      [4, capacity.TableName], [5, capacity.Table && units(capacity.Table)],
      [6, indexes(capacity.GlobalSecondaryIndexes)], [7, indexes(capacity.LocalSecondaryIndexes)],
    ]),
  ]);
}

export function encodeCollectionMetrics({ ItemCollectionKey, SizeEstimateRangeGB }: ItemCollectionMetrics, [partition]: KeySchema): Buffer {
  const [low, high] = SizeEstimateRangeGB!;
  return Buffer.concat([encodeSequence([fromAttributeValue(ItemCollectionKey![partition.name])]), encodeFloat(low), encodeFloat(high)]);
}

function indexUnits(indexes: ConsumedCapacity['GlobalSecondaryIndexes']): CborValue {
  return indexes === undefined
    ? null
    : new Map(Object.entries(indexes).map(([name, { CapacityUnits }]) => [name, CapacityUnits!]));
}
