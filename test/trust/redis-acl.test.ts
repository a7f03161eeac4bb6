import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REDIS_COMMANDS } from '../../src/contract/shared-settings';
import { REPOSITORY } from '../packaging/packed';

test('the security guide lists the commands that an existing server\'s user needs', () => {
  const guide = readFileSync(join(REPOSITORY, 'docs', 'guide', 'security.md'), 'utf8');
  expect(guide).toContain(`\`${REDIS_COMMANDS.join(' ').toUpperCase()}\``);
});
