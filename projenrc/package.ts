import type { awscdk } from 'projen';

/** What `cdk-cached-function/dynamodb` returns is the user's own. */
const AWS_SDK = ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'];

/** An entry point that is built into assets/runtime, for ES modules and CommonJS. */
const entryPoint = (name: string) => ({
  import: { types: `./assets/runtime/types-esm/lambda-runtime/api/${name}.d.ts`, default: `./assets/runtime/${name}.mjs` },
  require: { types: `./assets/runtime/types/lambda-runtime/api/${name}.d.ts`, default: `./assets/runtime/${name}.cjs` },
});

/** What users install, and what of it they may import. */
export function describePackage(project: awscdk.AwsCdkConstructLibrary): void {
  project.package.addField('exports', {
    '.': './lib/index.js',
    './runtime': entryPoint('runtime'),
    './testing': entryPoint('testing'),
    './dynamodb': entryPoint('dynamodb'),
    './http': entryPoint('http'),
    // jsii reads these two of every dependency.
    './package.json': './package.json',
    './.jsii': './.jsii',
  });
  // Only code that imports `cdk-cached-function/dynamodb` needs them. Not among the peerDependencies, where jsii allows nothing
  // but its own: package managers that are strict take this for optional peers of any version.
  project.package.addField('peerDependenciesMeta', Object.fromEntries(AWS_SDK.map((name) => [name, { optional: true }])));
  // For TypeScript's classic `node` resolution, which does not know `exports`.
  project.package.addField('typesVersions', {
    '*': {
      runtime: ['./assets/runtime/types/lambda-runtime/api/runtime.d.ts'],
      testing: ['./assets/runtime/types/lambda-runtime/api/testing.d.ts'],
      dynamodb: ['./assets/runtime/types/lambda-runtime/api/dynamodb.d.ts'],
      http: ['./assets/runtime/types/lambda-runtime/api/http.d.ts'],
    },
  });

  // The prebuilt runtime and the guide are shipped; sources, and what only serves those who work on the library, are not.
  project.npmignore!.include('/assets/');
  // Construct Hub compiles the README's snippets, and needs what is around them.
  project.npmignore!.include('/rosetta/');
  for (const path of [
    '/lambda-runtime/', '/tools/', '/examples/', '/benchmarks/', '/docs/*', '/reports/', '/findings/', '/.cache/', '/.ci/', '/projenrc/', '/CONTRIBUTING.md', '/API.md',
    '/jest.config.json', '/.projenrc.ts', '/tsconfig*.json', '/.dependency-cruiser.cjs',
  ]) {
    project.npmignore!.exclude(path);
  }
  project.npmignore!.include('/docs/guide/');
}
