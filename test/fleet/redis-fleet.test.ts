import { testFleet } from './fleet-tests.js';
import { testFleetModel } from './model-tests.js';
import { REDIS } from './redis-backend.js';

testFleet(REDIS);
testFleetModel(REDIS);
