import { MANY_REQUESTS } from './surroundings/many-requests';
import { testScenarios } from './test-scenarios';

testScenarios(MANY_REQUESTS);
