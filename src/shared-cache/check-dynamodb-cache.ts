import { Stack } from 'aws-cdk-lib';
import { CfnGlobalTable, CfnTable, ITable } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';
import { checkRange } from './check';
import type { DynamoDbCacheProps } from './dynamodb-cache';
import { errorIn, invalidProp } from '../errors';
import { areDifferent } from '../same-place';
import { warn } from '../warnings';

/** What the runtime puts into items (lambda-runtime/tiers/dynamodb); names of caches in it are longer. */
const OUR_ATTRIBUTES = ['entry', 'epoch', 'stamp', 'latest', 'floor', 'changes'];

/** What says how the cache's own table is made. */
const OF_OWN_TABLE = ['encryptionKey', 'maxReadRequestUnits', 'maxWriteRequestUnits', 'removalPolicy'] as const;

/** What says how the given table was made. */
const OF_GIVEN_TABLE = ['partitionKey', 'sortKey', 'timeToLiveAttribute'] as const;

/**
 * @internal
 */
export function checkDynamoDbCache(props: DynamoDbCacheProps): void {
  const { table } = props;
  const [misplaced] = (table === undefined ? OF_GIVEN_TABLE : OF_OWN_TABLE).filter((name) => props[name] !== undefined);
  if (misplaced !== undefined) {
    throw table === undefined
      ? invalidProp(misplaced, props[misplaced], 'goes with `table` only', "The cache's own table has the attributes 'key' and 'expires': leave it out.")
      : invalidProp(misplaced, props[misplaced], 'goes without `table` only', 'Set it where the table is made.');
  }
  const names = OF_GIVEN_TABLE.flatMap((prop) => props[prop] === undefined ? [] : [[prop, props[prop]] as const]);
  for (const [prop, name] of names) {
    if (name === '' || OUR_ATTRIBUTES.includes(name) || names.some(([other, its]) => other !== prop && its === name)) {
      throw invalidProp(prop, name, `must be a name of its own, and none of ${OUR_ATTRIBUTES.join(', ')}`, 'Those are attributes of entries: use another table.');
    }
  }
  checkRange('maxReadRequestUnits', props.maxReadRequestUnits, 1, Number.MAX_SAFE_INTEGER, 'Leave it out for no bound.');
  checkRange('maxWriteRequestUnits', props.maxWriteRequestUnits, 1, Number.MAX_SAFE_INTEGER, 'Leave it out for no bound.');
}

/**
 * Compares a given table with what is said of it, if it is made in this app.
 *
 * @internal
 */
export function checkTable(
  cache: IConstruct, table: ITable, { partitionKey, sortKey, timeToLive }: { partitionKey: string; sortKey?: string; timeToLive: string },
): void {
  const resource = table.node.defaultChild;
  if (!(resource instanceof CfnTable || resource instanceof CfnGlobalTable)) {
    return;
  }
  const { keySchema, attributeDefinitions, timeToLiveSpecification } = Stack.of(table).resolve({
    keySchema: resource.keySchema ?? [],
    attributeDefinitions: resource.attributeDefinitions ?? [],
    timeToLiveSpecification: resource.timeToLiveSpecification,
  }) as KnownTable;
  const nameOf = (type: string) => keySchema.find(({ keyType }) => keyType === type)?.attributeName;
  for (const [prop, said, is] of [['partitionKey', partitionKey, nameOf('HASH')], ['sortKey', sortKey, nameOf('RANGE')]] as const) {
    if (said !== is) {
      throw invalidProp(prop, said, `must be that of ${table.node.path}, ${is === undefined ? 'which has none' : `'${is}'`}`, 'Or leave `table` out for one that fits.');
    }
    const type = attributeDefinitions.find(({ attributeName }) => attributeName === said)?.attributeType;
    if (said !== undefined && type !== 'S') {
      throw invalidProp(prop, said, `must be text in ${table.node.path}, where its type is ${type}`, 'Use a table whose keys are of AttributeType.STRING.');
    }
  }
  const attribute = timeToLiveSpecification?.enabled === false ? undefined : timeToLiveSpecification?.attributeName;
  if (attribute === undefined) {
    warn(cache, 'noTimeToLive',
      `${table.node.path} deletes nothing that has expired: entries stay in it, and are paid for, for ever. Give it the \`timeToLiveAttribute\` '${timeToLive}'.`, { table: table.node.path });
  } else if (attribute !== timeToLive) {
    throw invalidProp('timeToLiveAttribute', timeToLive, `must be that of ${table.node.path}, '${attribute}'`, 'A table has one such attribute.');
  }
}

/**
 * Functions look for tables where they are themselves.
 *
 * @internal
 */
export function checkTablePlace(fn: IConstruct, cache: IConstruct, table: ITable): void {
  const { account, region } = Stack.of(fn);
  for (const [what, here, there] of [['account', account, table.env.account], ['region', region, table.env.region]] as const) {
    if (areDifferent(here, there)) {
      throw errorIn('CachedFunction', fn, `the function is in ${what} ${here} and cannot use ${cache.node.path}, whose table is in ${there}. Give each ${what} a DynamoDbCache of its own.`);
    }
  }
}

interface KnownTable {
  readonly keySchema: readonly { readonly attributeName: string; readonly keyType: string }[];
  readonly attributeDefinitions: readonly { readonly attributeName: string; readonly attributeType: string }[];
  readonly timeToLiveSpecification?: { readonly attributeName?: string; readonly enabled: boolean };
}
