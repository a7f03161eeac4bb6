import { IMPORTED, REQUIRED } from './surroundings/unit-tests';
import { testScenarios } from './test-scenarios';

testScenarios(IMPORTED);
testScenarios(REQUIRED);
