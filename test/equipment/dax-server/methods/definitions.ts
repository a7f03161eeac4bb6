import { type CborValue, encodeCbor } from '../cbor';
import { type Method, tableName } from './method';

const LEADER = 1;
const REPLICA = 2;

/** The nodes that a client may connect to. The client repeats this request as a health check. */
export const endpoints: Method = {
  name: 'endpoints',
  arity: 0,
  call: async (_parameters, services) => encodeCbor(services.endpoints.map(({ port, isLeader }, node): CborValue => [
    node, `node-${node}`, Buffer.of(127, 0, 0, 1), port, isLeader ? LEADER : REPLICA, 'local', 0,
  ])),
};

/** The names and types of a table's key, in order: a client needs them to write keys. */
export const defineKeySchema: Method = {
  name: 'defineKeySchema',
  arity: 1,
  call: async ([table], { origin }) => {
    const schema = await origin.keySchema(tableName(table));
    return encodeCbor(new Map(schema.map(({ name, type }) => [name, type])));
  },
};

export const defineAttributeListId: Method = {
  name: 'defineAttributeListId',
  arity: 1,
  call: async ([names], { lists }) => encodeCbor(lists.idOf(names as string[])),
};

export const defineAttributeList: Method = {
  name: 'defineAttributeList',
  arity: 1,
  call: async ([id], { lists }) => encodeCbor([...lists.namesOf(id as number)]),
};
