import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLE_APPS, synthesizeExample } from '../equipment/example-apps';

/**
 * The templates of the examples, with every logical id: a change of one replaces what a user has deployed, and must be meant.
 */

test.each(EXAMPLE_APPS)('examples/%s synthesizes what it did', (example) => {
  const outdir = synthesizeExample(example);

  for (const file of readdirSync(outdir).filter((name) => name.endsWith('.template.json')).sort()) {
    // What is in an asset is the business of other tests.
    const template = JSON.parse(readFileSync(join(outdir, file), 'utf8').replace(/\b[0-9a-f]{64}\b/g, '<asset>')) as { Resources: object };
    expect(template).toMatchSnapshot(file);
  }
}, 60_000);
