// `npx projen test:unit`: the suites that need no server, process, socket or CDK.
const config = require('../../jest.config.json');
const { ROOT, unitSuites } = require('./unit-suites.cjs');

module.exports = {
  ...config,
  rootDir: ROOT,
  testMatch: unitSuites().map((path) => `<rootDir>/${path}`),
  setupFilesAfterEnv: ['<rootDir>/test/equipment/no-processes-or-sockets.cjs'],
};
