import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LayerWithRedis } from './surroundings/redis';
import { testScenarios } from './test-scenarios';

testScenarios(new LayerWithRedis(Runtime.NODEJS_24_X));
