import { FOUR_WORKERS, ONE_WORKER } from './harnesses/managed-instances';
import { testScenarios } from './test-scenarios';

testScenarios(ONE_WORKER);
testScenarios(FOUR_WORKERS);
