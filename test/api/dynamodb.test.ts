import { LayerWithTier } from './surroundings/layer-with-tier';
import { DYNAMODB } from './surroundings/tiers';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithTier(DYNAMODB));
