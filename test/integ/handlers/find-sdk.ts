import { documentClient } from 'cdk-cached-function/dynamodb';

/** Nothing is asked of DynamoDB: that there is a client says that its SDK was found. */
const table = documentClient();

export const handler = async () => typeof table.send;
