/** AWS's DynamoDB Local for tests: the real one, started and stopped by the tests that need it. */
export { missingDynamoDbLocal } from './download';
export { createTable, DynamoDbLocal, type DynamoDbLocalOptions, startDynamoDbLocal } from './dynamodb-local';
export { type Call, DynamoDbProxy, REPLIES, type Reply } from './dynamodb-proxy';
