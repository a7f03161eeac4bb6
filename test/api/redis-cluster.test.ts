import { LayerWithTier } from './surroundings/layer-with-tier';
import { TLS_CLUSTER } from './surroundings/tiers';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithTier(TLS_CLUSTER));
