/** The operation's name in the DAX client. */
export type DaxMethod =
  | 'getItem' | 'batchGetItem' | 'query' | 'scan' | 'transactGetItems'
  | 'putItem' | 'updateItem' | 'deleteItem' | 'batchWriteItem' | 'transactWriteItems';

/** The input of a command. */
export type Input = Readonly<Record<string, unknown>>;

/** An operation that DAX supports. */
export interface Operation {
  readonly method: DaxMethod;
  /** Its name in DAX's document client, which defines where input and output contain values that must be translated. */
  readonly document: string;
  readonly isRead: boolean;
  /** Whether a request whose outcome is unknown may be repeated. */
  isRepeatable(input: Input): boolean;
}

const always = () => true;

/** A counter would count twice. Even an update that only sets may have been overtaken, which its expression does not show. */
const never = () => false;

/**
 * Repeating these has the same effect as one request, and they return nothing. With a condition, the second would fail because of the first;
 * a response with the old item would show the first one's item.
 */
function isPlain({ ConditionExpression, Expected, ReturnValues }: Input): boolean {
  return ConditionExpression === undefined && Expected === undefined && (ReturnValues === undefined || ReturnValues === 'NONE');
}

function operation(method: DaxMethod, document: string, isRead: boolean, isRepeatable: (input: Input) => boolean): Operation {
  return { method, document, isRead, isRepeatable };
}

/** The operations by the names of the AWS SDK's commands. All other commands bypass DAX. */
export const OPERATIONS: Readonly<Record<string, Operation | undefined>> = {
  GetItemCommand: operation('getItem', 'get', true, always),
  BatchGetItemCommand: operation('batchGetItem', 'batchGet', true, always),
  QueryCommand: operation('query', 'query', true, always),
  ScanCommand: operation('scan', 'scan', true, always),
  TransactGetItemsCommand: operation('transactGetItems', 'transactGet', true, always),
  PutItemCommand: operation('putItem', 'put', false, isPlain),
  DeleteItemCommand: operation('deleteItem', 'delete', false, isPlain),
  UpdateItemCommand: operation('updateItem', 'update', false, never),
  // It has no conditions.
  BatchWriteItemCommand: operation('batchWriteItem', 'batchWrite', false, always),
  // A token would make it repeatable, if DAX passes the token on: docs/unverified.md.
  TransactWriteItemsCommand: operation('transactWriteItems', 'transactWrite', false, never),
};
