import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LayerWithTier } from './harnesses/layer-with-tier';
import { VALKEY } from './harnesses/tiers';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithTier(VALKEY, Runtime.NODEJS_22_X));
