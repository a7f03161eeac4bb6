/** AWS's DynamoDB Local for tests: the real one, started and stopped by whoever needs it. */
export { createTable } from './create-table';
export { missingDynamoDbLocal } from './download';
export { DynamoDbLocal, type DynamoDbLocalOptions, startDynamoDbLocal } from './dynamodb-local';
export { type Call, DynamoDbProxy, REPLIES, type Reply } from './dynamodb-proxy';
