import { LAYER } from './surroundings/layer';
import { testScenarios } from './test-scenarios';

testScenarios(LAYER);
