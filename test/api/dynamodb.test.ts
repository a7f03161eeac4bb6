import { LayerWithTier } from './harnesses/layer-with-tier';
import { DYNAMODB } from './harnesses/tiers';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithTier(DYNAMODB));
