import { LayerWithDynamoDb } from './surroundings/dynamodb';
import { testScenarios } from './test-scenarios';

// What a tier makes of scenarios that need one; every scenario runs on it with the next tiers.
testScenarios(new LayerWithDynamoDb(), { needing: 'fleet' });
