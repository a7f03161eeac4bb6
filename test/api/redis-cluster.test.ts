import { LayerWithTier } from './harnesses/layer-with-tier';
import { TLS_CLUSTER } from './harnesses/tiers';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithTier(TLS_CLUSTER));
