import { LayerWithTier } from './surroundings/layer-with-tier';
import { MEMCACHED } from './surroundings/tiers';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithTier(MEMCACHED));
