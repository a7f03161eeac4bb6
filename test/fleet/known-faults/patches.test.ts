import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

const REPOSITORY = join(__dirname, '..', '..', '..');

/** `npx projen test:teeth` takes minutes and runs outside CI: a patch that does not apply would go unnoticed until then. */
test.each(globSync(join(__dirname, '*.patch')).map((patch) => [basename(patch), patch]))('%s applies to the sources', (_, patch) => {
  expect(() => execFileSync('git', ['apply', '--check', patch], { cwd: REPOSITORY, stdio: 'pipe' })).not.toThrow();
});
