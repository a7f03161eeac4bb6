/** Loaded before each unit suite: starting a process or opening a socket throws, so that unit tests stay fast and need no tools. */
const childProcess = require('node:child_process');
const net = require('node:net');

function refuse(owner, name, what) {
  const original = owner[name];
  beforeAll(() => {
    owner[name] = () => {
      throw new Error(`This unit test ${what}. If it must, import node:child_process or node:net where the test or its equipment does so: `
        + 'then the suite is no unit test any more (CONTRIBUTING.md, One test in seconds).');
    };
  });
  // Jest's own processes share these modules.
  afterAll(() => {
    owner[name] = original;
  });
}

for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
  refuse(childProcess, name, `starts a process (${name})`);
}
refuse(net.Socket.prototype, 'connect', 'opens a connection');
refuse(net.Server.prototype, 'listen', 'starts a server');
