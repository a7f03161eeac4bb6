/** What the client of DAX calls it. */
export type DaxMethod =
  | 'getItem' | 'batchGetItem' | 'query' | 'scan' | 'transactGetItems'
  | 'putItem' | 'updateItem' | 'deleteItem' | 'batchWriteItem' | 'transactWriteItems';

/** Whatever a command was made with. */
export type Input = Readonly<Record<string, unknown>>;

/** A request that DAX understands. */
export interface Operation {
  readonly method: DaxMethod;
  /** What DAX's document client calls it: where in its input and output values are that must be translated. */
  readonly document: string;
  readonly isRead: boolean;
  /** Whether a request whose fate is unknown may be made again. */
  isRepeatable(input: Input): boolean;
}

const always = () => true;

/** A count would count twice. Even one that only sets may have been overtaken, and an expression does not say so. */
const never = () => false;

/**
 * Done twice, they leave what they leave when done once, and answer nothing. With a condition, the second time fails by
 * what the first has done; an answer with the old item would tell of the first.
 */
function isPlain({ ConditionExpression, Expected, ReturnValues }: Input): boolean {
  return ConditionExpression === undefined && Expected === undefined && (ReturnValues === undefined || ReturnValues === 'NONE');
}

function operation(method: DaxMethod, document: string, isRead: boolean, isRepeatable: (input: Input) => boolean): Operation {
  return { method, document, isRead, isRepeatable };
}

/** By the names of the AWS SDK's commands. Every other command is none of DAX's business. */
export const OPERATIONS: Readonly<Record<string, Operation | undefined>> = {
  GetItemCommand: operation('getItem', 'get', true, always),
  BatchGetItemCommand: operation('batchGetItem', 'batchGet', true, always),
  QueryCommand: operation('query', 'query', true, always),
  ScanCommand: operation('scan', 'scan', true, always),
  TransactGetItemsCommand: operation('transactGetItems', 'transactGet', true, always),
  PutItemCommand: operation('putItem', 'put', false, isPlain),
  DeleteItemCommand: operation('deleteItem', 'delete', false, isPlain),
  UpdateItemCommand: operation('updateItem', 'update', false, never),
  // It knows no conditions.
  BatchWriteItemCommand: operation('batchWriteItem', 'batchWrite', false, always),
  // A token would make it repeatable, if DAX hands the token on: docs/unverified.md.
  TransactWriteItemsCommand: operation('transactWriteItems', 'transactWrite', false, never),
};
