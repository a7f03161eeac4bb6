import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledAddon } from '../lambda-emulator/native-addon';
import { GoApp } from '../packaging/go-app';

/**
 * Compiles what tests would otherwise compile themselves, for minutes, on a machine that has never done it: Lambda's runtime client, and
 * what Go needs of aws-cdk-lib. CI does this beside the steps that come before the tests.
 */

compiledAddon();

const folder = mkdtempSync(join(tmpdir(), 'cdk-cached-function-go-'));
try {
  const app = new GoApp(folder);
  app.compile();
  app.vet();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
