// The tests of one group of files, without checking types: mutants have none.
const config = require('../../jest.config.json');

const { setupFiles, moduleNameMapper, transformIgnorePatterns, transform: { '/node_modules/devalue/.+\\.js$': devalue } } = config;

module.exports = {
  rootDir: '../..',
  testEnvironment: 'node',
  testTimeout: 20_000,
  setupFiles,
  moduleNameMapper,
  transformIgnorePatterns,
  testMatch: (process.env.MUTATION_TESTS ?? '').split(' ').map((test) => `<rootDir>/${test}`),
  transform: {
    '/node_modules/devalue/.+\\.js$': devalue,
    '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', diagnostics: false, isolatedModules: true }],
  },
};
