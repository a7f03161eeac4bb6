import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from './runtime/node-process';

/**
 * The templates of the examples, with every logical id: a change of one replaces what a user has deployed, and must be meant.
 */

const EXAMPLES = join(__dirname, '..', 'examples');

test.each(['product-catalog', 'valkey-serverless', 'replication-group', 'dragonfly'])('examples/%s synthesizes what it did', (example) => {
  const outdir = temporaryDirectory({});

  execFileSync(process.execPath, ['--import', 'tsx', 'app.ts'], { cwd: join(EXAMPLES, example), env: { ...process.env, CDK_OUTDIR: outdir }, stdio: 'pipe' });

  for (const file of readdirSync(outdir).filter((name) => name.endsWith('.template.json')).sort()) {
    // What is in an asset is the business of other tests.
    const template = JSON.parse(readFileSync(join(outdir, file), 'utf8').replace(/\b[0-9a-f]{64}\b/g, '<asset>')) as { Resources: object };
    expect(template).toMatchSnapshot(file);
  }
}, 60_000);
