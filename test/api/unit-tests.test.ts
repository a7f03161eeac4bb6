import { IMPORTED, REQUIRED } from './harnesses/unit-tests';
import { testScenarios } from './test-scenarios';

testScenarios(IMPORTED);
testScenarios(REQUIRED);
