import { batchGetItem } from './batch-get-item';
import { batchWriteItem } from './batch-write-item';
import { defineAttributeList, defineAttributeListId, defineKeySchema, endpoints } from './definitions';
import { getItem } from './get-item';
import type { Method } from './method';
import { query, scan } from './queries';
import { transactGetItems, transactWriteItems } from './transactions';
import { deleteItem, putItem, updateItem } from './writes';

export type { Endpoint, Method, Services } from './method';

/** Authorizes a connection: the only method without a response. */
export const AUTHORIZE_CONNECTION = { id: 1489122155, arity: 5 } as const;

/** By their ids on the wire. */
export const METHODS: ReadonlyMap<number, Method> = new Map([
  [455855874, endpoints],
  [-742646399, defineKeySchema],
  [-1230579644, defineAttributeListId],
  [670678385, defineAttributeList],
  [263244906, getItem],
  [-2106490455, putItem],
  [1013539361, deleteItem],
  [1425579023, updateItem],
  [-931250863, query],
  [-1875390620, scan],
  [-697851100, batchGetItem],
  [116217951, batchWriteItem],
  [1866287579, transactGetItems],
  [-1160037738, transactWriteItems],
]);
