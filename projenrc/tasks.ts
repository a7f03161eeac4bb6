import { type awscdk, TaskShell } from 'projen';

/** The commands of those who work on the library. */
export function addTasks(project: awscdk.AwsCdkConstructLibrary): void {
  // What the commands below run on: the built runtime and the compiled constructs, as users get them.
  const CHECK_NODE = 'node projenrc/check-node.cjs';
  const buildTask = project.addTask('build:library', { description: 'Builds what users get: the runtime, then the constructs' });
  buildTask.exec(CHECK_NODE);
  buildTask.spawn(project.preCompileTask);
  buildTask.spawn(project.compileTask);

  // `npm ci && npx projen test` is all there is to it, and the last thing it prints is the summary of the tests.
  const everything = project.addTask('test:all', { description: 'Builds, type-checks, lints, runs every test: `test` without arguments' });
  everything.spawn(buildTask, { condition: 'node -e "process.exitCode = process.env.LIBRARY_IS_BUILT ? 1 : 0"' }); // .ci/run has just built it
  everything.exec('node projenrc/together.cjs "tsc --noEmit -p tsconfig.dev.json" "projen eslint"', {
    name: 'Type-check tests, examples and benchmarks, and lint',
  });
  // Node.js 24.21 sometimes never comes to its own end: it waits, busily, for a socket that was reset to be closed. The tests are over then.
  everything.exec('jest --ci --forceExit');
  project.testTask.reset(CHECK_NODE);
  project.testTask.exec('node test/run.cjs', { receiveArgs: true });
  project.addTask('test:unit', {
    description: 'The tests that need no server, process, socket or CDK: seconds. Builds nothing, so run build:library first if nothing is built',
  }).exec(`${CHECK_NODE} && jest --ci --forceExit --config test/equipment/jest.unit.cjs`, { receiveArgs: true });
  for (const name of ['test:update', 'test:watch']) {
    project.tasks.tryFind(name)!.prependExec(CHECK_NODE);
  }

  const demo = project.addTask('demo', {
    description: "Replays a shop's real requests through a synthesized CachedFunction on Lambda's runtime client; writes reports/demo.html",
  });
  // The constructs run from their sources: jsii would take longer than the demo.
  demo.exec(CHECK_NODE);
  demo.spawn(project.preCompileTask);
  demo.exec('tsx examples/demo/run.ts', { receiveArgs: true });

  const replay = project.addTask('replay', {
    description: 'Counts how often the memory of a function would have hit on a trace of requests; prints one line of JSON',
  });
  replay.exec(CHECK_NODE);
  replay.exec('tsx benchmarks/replay/run.ts', { receiveArgs: true });

  const bench = project.addTask('bench', {
    description: 'Measures hits, cold starts and synthesis beside their peers, in one run; writes reports/bench.json',
  });
  bench.spawn(buildTask);
  bench.exec('tsx benchmarks/run.ts', { receiveArgs: true });

  const cacheTests = project.addTask('cache-tests', {
    description: "The public test suite for HTTP caches through ours, behind each of Lambda's HTTP events, and through others; "
      + 'writes reports/cache-tests.json',
  });
  cacheTests.exec(CHECK_NODE);
  // What users get, from their package.
  cacheTests.spawn(project.preCompileTask);
  cacheTests.exec('tsx tools/cache-tests/main.ts', { receiveArgs: true });

  const faults = project.addTask('faults', {
    description: 'Everything that can happen to a shared tier, on every kind of tier, under a real function; writes reports/faults.json',
  });
  faults.spawn(buildTask);
  faults.exec('tsx test/faults/run.ts', { receiveArgs: true });

  const consistency = project.addTask('consistency', {
    description: 'Counts answers that are older than coherence promises, while environments freeze and everything happens to their tier; '
      + 'writes reports/consistency.json',
  });
  consistency.spawn(buildTask);
  consistency.exec('EXPLORED=5 jest --ci --forceExit test/coherence/explorer.test.ts');
  consistency.exec('tsx test/coherence/consistency/run.ts', { receiveArgs: true });

  const servers = project.addTask('servers', {
    description: 'Runs the built layer with every available kind of server, and writes the table of those that work in docs/guide/choosing-a-tier.md',
  });
  servers.spawn(buildTask);
  servers.exec("jest --ci --forceExit -i --testMatch '<rootDir>/test/servers/every-server.ts'", { receiveArgs: true });

  // What the tests do for seconds and with the same random cases each time, these do for as long as somebody wants, with new ones.
  const FRESH_CASES = 'PROPERTY_SEED=${PROPERTY_SEED:-fresh}';
  // projen's own shell hands on `${NAME:-default}` as it stands.
  const DEFAULTS = TaskShell.sh();
  project.addTask('test:soak', {
    description: 'The policy engine against its model, 100,000 random cases; random programs of a fleet that runs the built layer; random freezes, '
      + 'recycles, faults and concurrency on the emulator; SOAK_SECONDS for each kind of cache, by default two hours for all',
    env: { CASES: '100000' },
    shell: DEFAULTS,
  }).exec(`${CHECK_NODE} && ${FRESH_CASES} SOAK_SECONDS=\${SOAK_SECONDS:-720} jest --ci --forceExit test/policy/model.test.ts test/fleet/random test/soak`, { receiveArgs: true });
  project.addTask('test:teeth', {
    description: 'Builds the layer with each of the faults in test/fleet/known-faults, and lets the random fleet find it within 10,000 programs',
  }).exec('tsx test/fleet/known-faults/run.ts', { receiveArgs: true });
  project.addTask('test:mutation', {
    description: 'Changes the runtime in every way that Stryker knows, and looks whether tests notice; writes reports/mutation.json. '
      + 'GROUP… of test/mutation/groups.ts for a part, `layer` for a sample in the built layer',
  }).exec('tsx test/mutation/run.ts', { receiveArgs: true });
  project.addTask('fuzz', {
    description: "Entries' bytes, keys, settings and metrics against random and damaged input; FUZZ_SECONDS for each property, a minute by default",
    shell: DEFAULTS,
  }).exec(`${CHECK_NODE} && ${FRESH_CASES} FUZZ_SECONDS=\${FUZZ_SECONDS:-60} jest --ci --forceExit test/fuzz`, { receiveArgs: true });
  const integ = project.addTask('integ', {
    description: 'Deploys the stacks of test/integ into the account at hand, lets them assert, and destroys them. Costs a few USD',
  });
  integ.spawn(buildTask);
  integ.exec('tsx test/integ/run.ts', { receiveArgs: true });
}
