import { LayerWithTier } from './harnesses/layer-with-tier';
import { MEMCACHED } from './harnesses/tiers';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithTier(MEMCACHED));
