import { FOUR_WORKERS, ONE_WORKER } from './surroundings/managed-instances';
import { testScenarios } from './test-scenarios';

testScenarios(ONE_WORKER);
testScenarios(FOUR_WORKERS);
