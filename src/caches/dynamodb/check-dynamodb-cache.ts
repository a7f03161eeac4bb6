import { Stack } from 'aws-cdk-lib';
import { CfnGlobalTable, CfnTable, ITable } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';
import { checkRange, checkRemovalPolicy } from '../check-elasticache';
import type { DynamoDbCacheProps } from './dynamodb-cache-props';
import { areDifferent } from '../../network/same-account';
import { invalidUse, invalidProp } from '../../validation/errors';
import { warn } from '../../validation/warnings';

/** The attributes that the runtime writes (lambda-runtime/stores/dynamodb); those with caches' names are longer. */
const OUR_ATTRIBUTES = ['entry', 'epoch', 'stamp', 'latest', 'floor', 'changes'];

/** The props of the cache's own table. */
const OF_OWN_TABLE = ['encryptionKey', 'maxReadRequestUnits', 'maxWriteRequestUnits', 'removalPolicy'] as const;

/** The props that describe a given table. */
const OF_GIVEN_TABLE = ['partitionKey', 'sortKey', 'timeToLiveAttribute'] as const;

/**
 * @internal
 */
export function checkDynamoDbCache(props: DynamoDbCacheProps): void {
  const { table } = props;
  const [misplaced] = (table === undefined ? OF_GIVEN_TABLE : OF_OWN_TABLE).filter((name) => props[name] !== undefined);
  if (misplaced !== undefined) {
    throw table === undefined
      ? invalidProp(misplaced, props[misplaced], 'must only be set together with `table`', "The table that the cache creates has the attributes 'key' and 'expires': leave it out.")
      : invalidProp(misplaced, props[misplaced], 'must not be set together with `table`', 'Set it on the table itself.');
  }
  const names = OF_GIVEN_TABLE.flatMap((prop) => props[prop] === undefined ? [] : [[prop, props[prop]] as const]);
  for (const [prop, name] of names) {
    if (name === '' || OUR_ATTRIBUTES.includes(name) || names.some(([other, its]) => other !== prop && its === name)) {
      throw invalidProp(prop, name, `must be a unique, non-empty name other than ${OUR_ATTRIBUTES.join(', ')}`, 'Entries have attributes with those names: use another table.');
    }
  }
  checkRemovalPolicy(props.removalPolicy);
  checkRange('maxReadRequestUnits', props.maxReadRequestUnits, 1, Number.MAX_SAFE_INTEGER, 'Leave it out for no limit.');
  checkRange('maxWriteRequestUnits', props.maxWriteRequestUnits, 1, Number.MAX_SAFE_INTEGER, 'Leave it out for no limit.');
}

/**
 * Compares a given table with the props that describe it, if this app makes the table.
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
  for (const [prop, given, is] of [['partitionKey', partitionKey, nameOf('HASH')], ['sortKey', sortKey, nameOf('RANGE')]] as const) {
    if (given !== is) {
      throw invalidProp(prop, given, is === undefined ? `must be left out, since ${table.node.path} has none` : `must be '${is}', as in ${table.node.path}`, 'Correct it, or leave `table` out: the cache then creates one.');
    }
    const type = attributeDefinitions.find(({ attributeName }) => attributeName === given)?.attributeType;
    if (given !== undefined && type !== 'S') {
      throw invalidUse(`${prop} '${given}' must be a string, but has type ${type} in ${table.node.path}. Use a table whose keys are of AttributeType.STRING.`);
    }
  }
  const attribute = timeToLiveSpecification?.enabled === false ? undefined : timeToLiveSpecification?.attributeName;
  if (attribute === undefined) {
    warn(cache, 'noTimeToLive',
      `${table.node.path} does not delete expired items: entries stay in it and cost money forever. Set its \`timeToLiveAttribute\` to '${timeToLive}'.`, { table: table.node.path });
  } else if (attribute !== timeToLive) {
    throw invalidProp('timeToLiveAttribute', timeToLive, `must be '${attribute}', as in ${table.node.path}`, 'A table has only one such attribute.');
  }
}

/**
 * The runtime looks for a table in its own account and region.
 *
 * @internal
 */
export function checkTablePlace(fn: IConstruct, cache: IConstruct, table: ITable): void {
  const { account, region } = Stack.of(fn);
  for (const [what, here, there] of [['account', account, table.env.account], ['region', region, table.env.region]] as const) {
    if (areDifferent(here, there)) {
      throw invalidUse(`the function is in ${what} ${here} and cannot use ${cache.node.path}, whose table is in ${there}. Give each ${what} its own DynamoDbCache.`);
    }
  }
}

interface KnownTable {
  readonly keySchema: readonly { readonly attributeName: string; readonly keyType: string }[];
  readonly attributeDefinitions: readonly { readonly attributeName: string; readonly attributeType: string }[];
  readonly timeToLiveSpecification?: { readonly attributeName?: string; readonly enabled: boolean };
}
