import { readdirSync } from 'node:fs';
import type { typescript } from 'projen';
import { REFUSED_WORDS, rulesAgainst } from './refused-words';

// Dependencies point one way (docs/architecture.md has the picture): who may import from where.
const restricted = (target: string, from: string, except: string[], message: string) => ({ target, from, except, message });
const STORES = readdirSync('lambda-runtime/stores', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
/** What all kinds of servers need. */
const STORE_PARTS = ['./aws-service.ts', './chunks.ts', './dns-lookup.ts'];
/** A folder of the runtime that knows these others, and no more. */
const runtimePart = (part: string, known: readonly string[], message: string) => [
  restricted(`./lambda-runtime/${part}`, './lambda-runtime', [part, ...known].map((name) => `./${name}`), message),
];

/** Rules beyond projen's own. */
export function addLint(project: typescript.TypeScriptProject): void {
  project.eslint!.config.parserOptions = {
    ecmaVersion: 'latest',
    sourceType: 'module',
    project: ['./tsconfig.dev.json', './lambda-runtime/tsconfig.json'],
  };
  project.eslint!.addRules({
    'import/no-restricted-paths': ['error', {
      zones: [
        restricted('./src', '.', ['./src', './node_modules'], 'Constructs run where an app synthesizes; nothing else is there.'),
        restricted('./lambda-runtime', '.', ['./lambda-runtime', './src/contract', './node_modules'],
          'The runtime shares one folder with the constructs: src/contract.'),
        ...runtimePart('values', [], 'Plain data knows nobody.'),
        ...runtimePart('resilience', ['values'], 'resilience/ knows plain data, and nobody else.'),
        ...runtimePart('engine', ['values'], 'The engine knows plain data, and nobody else.'),
        ...['values', 'resilience'].map((part) => restricted(`./lambda-runtime/${part}`, './src', [], `${part}/ knows nothing of functions.`)),
        restricted('./lambda-runtime/engine', './src', ['./contract/options.ts'], 'The engine knows the options of a cache, and nothing of functions.'),
        ...runtimePart('memory', ['engine', 'values'], 'memory/ knows the engine, and nobody else.'),
        ...runtimePart('metrics', ['engine', 'values'], 'metrics/ knows the engine, and nobody else.'),
        ...runtimePart('shared', ['engine', 'values', 'resilience'], 'shared/ knows the engine and resilience/, and no kind of server.'),
        ...runtimePart('dax', ['engine', 'values', 'resilience'], 'dax/ knows the engine and resilience/, and nobody else.'),
        ...runtimePart('stores', ['shared', 'engine', 'values', 'resilience'], 'stores/ knows the shared tier, and not who uses it.'),
        ...STORES.map((store) => restricted(`./lambda-runtime/stores/${store}`, './lambda-runtime/stores',
          [`./${store}`, ...STORE_PARTS], 'A kind of server knows no other kind.')),
        ...runtimePart('http', ['engine', 'values'], 'http/ knows the engine, and not where it runs.'),
        // handler.ts composes.
        restricted('./lambda-runtime/lambda/!(handler).ts', './lambda-runtime', ['./lambda', './engine', './values'],
          'The life cycle knows the engine; handler.ts alone composes.'),
        restricted('./tools/lambda-emulator', '.', ['./tools/lambda-emulator', './node_modules'], 'The emulator is to be a package of its own.'),
        restricted('./test/equipment/dax-server', '.', ['./test/equipment/dax-server', './node_modules'], 'The DAX server is to be a package of its own.'),
      ],
    }],
    // In order of importance to the reader, not of visibility.
    '@typescript-eslint/member-ordering': 'off',
    ...rulesAgainst(REFUSED_WORDS.filter(({ everywhere }) => everywhere)),
  });
  project.eslint!.addOverride({ files: ['src/**', 'lambda-runtime/**', 'tools/**'], rules: rulesAgainst(REFUSED_WORDS) });
}
