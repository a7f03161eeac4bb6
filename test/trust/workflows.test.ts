import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../packaging/packed';

/** What .projenrc.ts makes of the release workflow: a reader of the repository's secrets can still not publish where trust is set up. */

const jobs = readFileSync(join(REPOSITORY, '.github', 'workflows', 'release.yml'), 'utf8').split(/^ {2}(?=[a-z_]+:$)/m);

function job(name: string): string {
  return jobs.find((text) => text.startsWith(`${name}:`))!;
}

test.each(['release_npm', 'release_pypi', 'release_nuget'])('%s publishes with the workflow\'s token, and needs no secret', (name) => {
  expect(job(name)).toMatch(/permissions:\n( {6}.*\n)*? {6}id-token: write\n/);
  expect(job(name).match(/secrets\.\w+/g)?.filter((secret) => !/GITHUB_TOKEN|NUGET_USERNAME/.test(secret)) ?? []).toEqual([]);
});

test('npm gets a provenance statement', () => {
  expect(job('release_npm')).toContain('NPM_CONFIG_PROVENANCE: "true"');
});

// Neither Maven Central nor a Git repository for Go's modules knows trusted publishing.
test.each(['release_maven', 'release_golang'])('%s needs secrets, in a separate job that builds nothing', (name) => {
  expect(job(name)).toMatch(/secrets\.(MAVEN|GO)_/);
  expect(job(name)).not.toContain('id-token: write');
});
