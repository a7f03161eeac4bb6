import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { queriesOf } from './handlers/dashboard-queries';
import { temporaryDirectory } from '../equipment/node-process';
import { REPOSITORY, run } from '../packaging/packed';
import { templateFiles } from '../trust/templates';
import { cfnLint, IGNORED_BY_CFN_LINT } from '../trust/tools';

/**
 * Without an account the stacks of this folder can at least be synthesized: each has a function to be shown, and assertions to show it by,
 * and together they show whatever docs/unverified.md lists.
 */

const APPS = readdirSync(__dirname).flatMap((name) => /^integ\.(?!test\.)(.+)\.ts$/.exec(name)?.[1] ?? []);

/** What is not AWS's to show. */
const ELSEWHERE = [
  /^The workflows of GitHub/, /\.NET/, /^`npm audit`/,
  // No stack shows these yet, and their rows state that.
  /^API Gateway, function URLs and ALBs put requests into events/, /^With `durability: CacheDurability\.SYNC`/, /^A fence takes less than a millisecond/,
  /^`examples\/web-function` runs as a Lambda Web Function/,
];

/** IAM's limit for a role's inline policies together. */
const MAX_POLICIES = 10_240;

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const assemblies = new Map(APPS.map((name) => [name, temporaryDirectory({})]));

beforeAll(() => {
  const all = [...assemblies].flatMap(([name, assembly]) => [join(__dirname, `integ.${name}.ts`), assembly]);
  run(process.execPath, ['--import', 'tsx', join(__dirname, '..', 'equipment', 'synthesize-all.mjs'), ...all], {
    cwd: REPOSITORY, env: { ...process.env, CDK_VALIDATION: 'false' },
  });
}, 300_000);

function templatesOf(name: string): string[] {
  return templateFiles(assemblies.get(name)!);
}

test('there is a stack for each kind of cache', () => {
  const caches = readdirSync(join(REPOSITORY, 'src', 'caches'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(caches.length).toBeGreaterThan(2);
  expect(APPS).toEqual(expect.arrayContaining(['memory', 'dax', ...caches]));
});

test('each line of docs/unverified.md names the stack that will show it, and each stack is named', () => {
  const [, ...lines] = readFileSync(join(REPOSITORY, 'docs', 'unverified.md'), 'utf8').split('\n').filter((line) => line.startsWith('| '));
  const rows = lines.map((line) => {
    const [, claim, , shownBy] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { claim, stacks: /`npx projen integ -- ([^`]+)`/.exec(shownBy)?.[1].split(' ') ?? [] };
  });

  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter(({ stacks }) => stacks.length === 0).filter(({ claim }) => !ELSEWHERE.some((pattern) => pattern.test(claim)))).toEqual([]);
  expect([...new Set(rows.flatMap(({ stacks }) => stacks))].sort()).toEqual([...APPS].sort());
});

describe.each(APPS)('integ.%s', (name) => {
  let resources: Resource[];

  beforeAll(() => {
    resources = templatesOf(name).flatMap((file) =>
      Object.values((JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> }).Resources));
  }, 120_000);

  test('has a function with a cache, and assertions', () => {
    const types = resources.map(({ Type }) => Type);
    expect(types).toContain('AWS::Lambda::LayerVersion');
    expect(types.filter((type) => type.startsWith('Custom::DeployAssert@')).length).toBeGreaterThanOrEqual(2);
  });

  test('has no more assertions than their role\'s policy can hold', () => {
    const sizes = resources.filter(({ Type }) => Type === 'AWS::IAM::Role').map(({ Properties }) => JSON.stringify(Properties?.Policies ?? []).length);
    expect(Math.max(...sizes)).toBeLessThan(MAX_POLICIES);
  });

  test('requests no line that its dashboards do not have', () => {
    const dashboards = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard').map(({ Properties }) => queriesOf(textOf(Properties?.DashboardBody)));
    const drawn = dashboards.flatMap((graphs) => Object.entries(graphs).flatMap(([title, queries]) =>
      queries.filter(({ ReturnData }) => ReturnData).map(({ Label }) => `${title}: ${Label?.replace(/^\$\{PROP\(.*\)\}$/, 'thing')}`)));
    const asked = resources.filter(({ Type }) => Type.startsWith('Custom::DeployAssert@SdkCallLambda')).flatMap(({ Properties }) => {
      const { Payload } = Properties?.parameters as { Payload: unknown };
      return (JSON.parse(JSON.parse(textOf(Payload)) as string) as { lines?: string[] }).lines ?? [];
    });
    expect(asked.filter((line) => !drawn.includes(line))).toEqual([]);
  });
});

(cfnLint === undefined ? test.skip : test)('cfn-lint accepts the stacks', () => {
  const templates = APPS.flatMap(templatesOf).filter((file) => basename(file).startsWith('CdkCachedFunction'));
  expect(templates).toHaveLength(APPS.length);
  run(cfnLint!, ['--ignore-checks', ...IGNORED_BY_CFN_LINT, '--', ...templates]);
}, 300_000);

/** A value known only at deploy time counts as one word. */
function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const [delimiter, parts] = (value as Record<string, [string, unknown[]]>)['Fn::Join'] ?? ['', []];
  return parts.length === 0 ? 'something' : parts.map(textOf).join(delimiter);
}
