import { DOCUMENT_CLIENT_ROW, HIT, IMPORTS, MISS } from './code';
import type { Call, Scenario } from '../scenario';

/** The document client: what it answers is DynamoDB's, whether DAX is in between or not. */

const CLIENT = `${IMPORTS}
  import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
  import {
    BatchGetCommand, BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand,
  } from '@aws-sdk/lib-dynamodb';
  import { documentClient } from 'cdk-cached-function/dynamodb';
  const table = documentClient();
  const TableName = 'things';
  // Counted where there is a cache.
  const counter = cached('counter', () => 1);
  const send = async (command, options) => { await counter(); return table.send(command, options); };
  export const read = async (id) => (await send(new GetCommand({ TableName, Key: { id } }))).Item ?? null;
  export const put = async (Item) => { await send(new PutCommand({ TableName, Item })); };
`;

/** So many requests go through DAX, where there is one. */
function throughDax(calls: number, call: Call): Call {
  const { error, answer } = call;
  return {
    ...call,
    counted: { DaxCalls: 0, DaxFallbacks: 0 },
    except: { dax: { error, answer, counted: { DaxCalls: calls, DaxFallbacks: 0 }, row: DOCUMENT_CLIENT_ROW } },
  };
}

export const DOCUMENT_CLIENT: readonly Scenario[] = [
  {
    name: 'documentClient() does what the AWS SDK\'s client does',
    needs: ['table'],
    code: `${CLIENT}
      export const count = async (id) => (await send(new UpdateCommand({
        TableName, Key: { id }, UpdateExpression: 'ADD #c :one', ExpressionAttributeNames: { '#c': 'count' }, ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'UPDATED_NEW',
      }))).Attributes;
      export const batch = async () => {
        await send(new BatchWriteCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: { id: 'batch' } } }, { DeleteRequest: { Key: { id: 'none' } } }] } }));
        return (await send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [{ id: 'batch' }] } } }))).Responses;
      };
      export const transaction = async () => {
        await send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: { id: 'transaction', n: 1 } } }] }));
        return (await send(new TransactGetCommand({ TransactItems: [{ Get: { TableName, Key: { id: 'transaction' } } }] }))).Responses;
      };
      export const query = async (id) => (await send(new QueryCommand({
        TableName, KeyConditionExpression: 'id = :id', ExpressionAttributeValues: { ':id': id },
      }))).Items;
      export const total = async () => (await send(new ScanCommand({ TableName }))).Count;
      export const remove = async (id) => { await send(new DeleteCommand({ TableName, Key: { id } })); };
    `,
    steps: [
      throughDax(1, { call: ['read', '1'], answer: null }),
      throughDax(1, { call: ['put', { id: '1', list: [1, 'a', null, true], map: { half: 0.5 } }] }),
      throughDax(1, { call: ['read', '1'], answer: { id: '1', list: [1, 'a', null, true], map: { half: 0.5 } } }),
      throughDax(1, { call: ['count', '1'], answer: { count: 1 } }),
      throughDax(1, { call: ['count', '1'], answer: { count: 2 } }),
      throughDax(2, { call: ['batch'], answer: { things: [{ id: 'batch' }] } }),
      throughDax(2, { call: ['transaction'], answer: [{ Item: { id: 'transaction', n: 1 } }] }),
      throughDax(1, { call: ['query', 'batch'], answer: [{ id: 'batch' }] }),
      throughDax(1, { call: ['total'], answer: 3 }),
      throughDax(1, { call: ['remove', '1'] }),
      throughDax(1, { call: ['read', '1'], in: 'b', answer: null }),
    ],
  },
  {
    name: 'binary attributes have the same type from DAX and from DynamoDB',
    needs: ['table'],
    code: `${CLIENT}
      const bytes = new Uint8Array([1, 2, 3]);
      export const write = () => put({ id: '1', bytes, set: new Set([bytes]), list: [bytes], map: { bytes } });
      export const types = async () => {
        const { bytes, set, list, map } = await read('1');
        return [bytes, ...set, ...list, map.bytes].map((each) => each.constructor.name + ' ' + each.join());
      };
    `,
    steps: [
      { call: ['write'] },
      { call: ['types'], answer: Array.from({ length: 4 }, () => 'Uint8Array 1,2,3') },
      { call: ['types'], in: 'b', answer: Array.from({ length: 4 }, () => 'Uint8Array 1,2,3') },
    ],
  },
  {
    name: 'a put of documentClient() whose signal is already aborted writes nothing',
    needs: ['table'],
    code: `${CLIENT}
      export const write = () => send(new PutCommand({ TableName, Item: { id: '1' } }), { abortSignal: AbortSignal.abort() }).catch((error) => error.name);
    `,
    steps: [throughDax(0, { call: ['write'], answer: 'AbortError' }), { call: ['read', '1'], answer: null }],
  },
  {
    name: 'errors of documentClient() are the AWS SDK\'s',
    needs: ['table'],
    code: `${CLIENT}
      export const create = async (id) => {
        const command = new PutCommand({ TableName, Item: { id }, ConditionExpression: 'attribute_not_exists(id)' });
        return send(command).then(() => 'created', (error) => [error instanceof ConditionalCheckFailedException, error.name, error.message]);
      };
      export const elsewhere = () => send(new GetCommand({ TableName: 'nowhere', Key: { id: '1' } }));
      export const wrong = () => send(new GetCommand({ TableName, Key: { wrong: 1 } }));
    `,
    steps: [
      throughDax(1, { call: ['create', '1'], answer: 'created' }),
      throughDax(1, { call: ['create', '1'], answer: [true, 'ConditionalCheckFailedException', 'The conditional request failed'] }),
      { call: ['elsewhere'], error: { errorType: 'ResourceNotFoundException', errorMessage: /./ } },
      { call: ['wrong'], error: { errorType: 'ValidationException', errorMessage: /./ } },
    ],
  },
  {
    name: 'a cached read of documentClient() sends one request, until a write invalidates it',
    needs: ['table'],
    code: `${CLIENT}
      export const thing = cached('thing', read);
      export const rename = async (id, name) => { await put({ id, name }); await thing.invalidate(id); };
    `,
    steps: [
      { call: ['put', { id: '1', name: 'Tea' }] },
      { call: ['thing', '1'], answer: { id: '1', name: 'Tea' } },
      { call: ['thing', '1'], answer: { id: '1', name: 'Tea' }, counted: { ...HIT, DaxCalls: 0 } },
      { call: ['rename', '1', 'Coffee'] },
      { call: ['thing', '1'], answer: { id: '1', name: 'Coffee' } },
      { call: ['thing', '2'], answer: null, counted: { Misses: MISS.Misses } },
    ],
  },
];
