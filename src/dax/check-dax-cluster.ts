import { Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DaxClusterProps } from './dax-cluster-props';
import { checkForm, checkRange, checkRemovalPolicy, IN_UTC } from '../caches/check-elasticache';
import { invalidProp } from '../validation/errors';
import { assertDuration, assertHas } from '../validation/property-types';
import { warn } from '../validation/warnings';

/**
 * @internal
 */
export const DEFAULT_NODE_TYPE = 'dax.t3.small';

/**
 * @internal
 */
export const DEFAULT_NODES = 3;

const MAX_NODES = 11;

/** The sizes of each family (Amazon DynamoDB pricing, DAX). */
const SIZES: Readonly<Record<string, readonly string[]>> = {
  'dax.t2': ['small', 'medium'],
  'dax.t3': ['small', 'medium'],
  'dax.r4': ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '16xlarge'],
  'dax.r5': ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'],
  'dax.r7i': ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'],
};

const MAINTENANCE_WINDOW = /^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/;

/**
 * Rejects, when synthesizing, what DAX would reject minutes into a deployment.
 *
 * @internal
 */
export function checkDaxCluster(cluster: Construct, props: DaxClusterProps): void {
  const { vpc, nodeType, nodes, tables, maintenanceWindow, itemTtl, queryTtl } = props;
  assertHas('vpc', vpc, 'vpcId', 'A DAX cluster can only be reached from inside its VPC.');
  checkNodeType(nodeType);
  checkRange('nodes', nodes, 1, MAX_NODES, 'DAX has one primary node and 10 replicas at most; larger nodes hold more, too: see `nodeType`.');
  checkForm('maintenanceWindow', maintenanceWindow, MAINTENANCE_WINDOW, 'sun:04:00-sun:05:00', IN_UTC);
  if (!Array.isArray(tables) || tables.length === 0) {
    throw invalidProp('tables', tables === undefined ? undefined : 'empty', 'must contain the tables that the cluster may read and write', 'Pass at least one.');
  }
  checkRemovalPolicy(props.removalPolicy);
  assertDuration('itemTtl', itemTtl);
  assertDuration('queryTtl', queryTtl);
  if (itemTtl !== undefined && !itemTtl.isUnresolved() && itemTtl.toMilliseconds() === 0) {
    throw invalidProp('itemTtl', itemTtl.toHumanString(), 'must be longer than zero',
      'With zero, items never expire: DAX would never see a write that bypasses it, such as those of functions while DAX fails.');
  }
  checkMilliseconds('itemTtl', itemTtl);
  checkMilliseconds('queryTtl', queryTtl);
  if (nodes === 1) {
    warn(cluster, 'singleDaxNode',
      '`nodes` is 1: while the node is down, functions call DynamoDB, and afterwards its cache is empty. AWS recommends 3 for production.', { prop: 'nodes' });
  }
}

function checkNodeType(nodeType?: string): void {
  if (nodeType === undefined || Token.isUnresolved(nodeType)) {
    return;
  }
  const [, family, size] = /^(dax\.[^.]+)\.(.+)$/.exec(nodeType) ?? [];
  if (!SIZES[family]?.includes(size)) {
    throw invalidProp('nodeType', nodeType, 'must be a DAX node type',
      `DAX has ${Object.entries(SIZES).map(([known, sizes]) => `${known}.${sizes[0]} to .${sizes[sizes.length - 1]}`).join(', ')}.`);
  }
}

function checkMilliseconds(name: string, duration?: Duration): void {
  if (duration !== undefined && !duration.isUnresolved()) {
    checkRange(name, duration.toMilliseconds({ integral: false }), 0, Number.MAX_SAFE_INTEGER, 'Use whole milliseconds: DAX counts in them.');
  }
}
