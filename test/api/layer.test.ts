import { LAYER } from './harnesses/layer';
import { testScenarios } from './test-scenarios';

testScenarios(LAYER);
