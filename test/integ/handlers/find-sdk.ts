import { documentClient } from 'cdk-cached-function/dynamodb';

/** No request is sent to DynamoDB: a client exists only if its SDK was found. */
const table = documentClient();

export const handler = async () => typeof table.send;
