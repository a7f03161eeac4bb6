import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project } from './project';
import { readTemplate, templateFiles, wildcards } from './templates';
import { cfnLint, IGNORED_BY_CFN_LINT, newestCdk } from './tools';
import { EXAMPLE_APPS } from '../equipment/example-apps';
import { emptyFolder, REPOSITORY, run } from '../packaging/packed';

/**
 * What a security review would ask of the examples, all of them: https://github.com/cdklabs/cdk-nag with its AwsSolutions, CloudFormation
 * Validate and cfn-lint find nothing, save what an example acknowledges and gives a reason for. The library itself acknowledges nothing.
 */

const folder = emptyFolder();

test('the library acknowledges nothing on its users\' behalf', () => {
  const sources = readdirSync(join(REPOSITORY, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  expect(sources.filter((path) => /acknowledge|cdk_nag|suppress/i.test(readFileSync(join(REPOSITORY, 'src', path), 'utf8')))).toEqual([]);
});

(newestCdk === undefined ? describe.skip : describe)('with the newest CDK', () => {
  let project: Project;
  let errors: string[];

  beforeAll(() => {
    project = new Project(folder, newestCdk!);
    errors = project.errorsIn(EXAMPLE_APPS);
  }, 300_000);

  describe.each(EXAMPLE_APPS.map((example, index) => [example, index] as const))('examples/%s', (example, index) => {
    const templates = () => templateFiles(project.assembly(example));

    test('passes cdk-nag and CloudFormation Validate', () => {
      expect(errors[index]).toBe('');
    });

    test('allows nothing on all resources of a kind that has ARNs, and no service as a whole', () => {
      expect(templates()).not.toEqual([]);
      expect(templates().flatMap((file) => wildcards(readTemplate(file)))).toEqual([]);
    });
  });

  // In one run, which names the files that it dislikes: cfn-lint takes longer to start than to read a template.
  (cfnLint === undefined ? test.skip : test)('cfn-lint accepts all examples', () => {
    run(cfnLint!, ['--ignore-checks', ...IGNORED_BY_CFN_LINT, '--', ...EXAMPLE_APPS.flatMap((example) => templateFiles(project.assembly(example)))]);
  }, 300_000);
});
