import { LayerWithTier } from './harnesses/layer-with-tier';
import { REDIS } from './harnesses/tiers';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithTier(REDIS));
