import { LayerWithDax } from './surroundings/dax';
import { IMPORTED, REQUIRED } from './surroundings/unit-tests';
import { UnitTestsWithTable } from './surroundings/unit-tests-with-table';
import { testScenarios } from './test-scenarios';

// Nothing else depends on it. The layer with DynamoDB has such a table, too.
testScenarios(new LayerWithDax(), { needing: 'table' });
testScenarios(new UnitTestsWithTable(IMPORTED), { needing: 'table' });
testScenarios(new UnitTestsWithTable(REQUIRED), { needing: 'table' });
