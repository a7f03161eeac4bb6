import { LayerWithDax } from './harnesses/dax';
import { IMPORTED, REQUIRED } from './harnesses/unit-tests';
import { UnitTestsWithTable } from './harnesses/unit-tests-with-table';
import { testScenarios } from './test-scenarios';

// Nothing else depends on it. The layer with DynamoDB has such a table, too.
testScenarios(new LayerWithDax(), { needing: 'table' });
testScenarios(new UnitTestsWithTable(IMPORTED), { needing: 'table' });
testScenarios(new UnitTestsWithTable(REQUIRED), { needing: 'table' });
