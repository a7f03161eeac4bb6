import { LayerWithTier } from './surroundings/layer-with-tier';
import { REDIS } from './surroundings/tiers';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithTier(REDIS));
