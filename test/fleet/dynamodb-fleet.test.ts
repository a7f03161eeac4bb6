import { DYNAMODB, SETTINGS, startDynamoDb } from './dynamodb-backend.js';
import { testFleet } from './fleet-tests.js';
import { testFleetModel } from './model-tests.js';
import { testTopology } from './topology-tests.js';

testFleet(DYNAMODB);
testFleetModel(DYNAMODB);
testTopology(DYNAMODB);
testTopology({
  name: 'an existing table, with a sort key and other names',
  missing: DYNAMODB.missing,
  start: () => startDynamoDb({ ...SETTINGS, table: 'shop', partitionKey: 'PK', sortKey: 'SK', timeToLive: 'ttl' }),
});
