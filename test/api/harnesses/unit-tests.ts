import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { HostProcess } from './host-process';
import type { Harness } from '../harness';

/** As npm installs it. */
function installPackage(codeDirectory: string): void {
  mkdirSync(join(codeDirectory, 'node_modules'), { recursive: true });
  symlinkSync(join(__dirname, '..', '..', '..'), join(codeDirectory, 'node_modules', 'cdk-cached-function'));
}

/** The package's own entry, as unit tests and scripts import it. */
export const IMPORTED: Harness = {
  name: 'imported outside Lambda',
  has: ['unit tests', 'overlap'],
  environment: (_, { codeDirectory, variables }) => {
    installPackage(codeDirectory);
    return HostProcess.start(join(codeDirectory, 'index.mjs'), join(codeDirectory, 'origin.mjs'), variables);
  },
};

/** The same, where tests are CommonJS. */
export const REQUIRED: Harness = {
  ...IMPORTED,
  name: 'required outside Lambda',
  environment: (_, { codeDirectory, variables }) => {
    installPackage(codeDirectory);
    for (const name of readdirSync(codeDirectory).filter((file) => file.endsWith('.mjs'))) {
      const { code } = transformSync(readFileSync(join(codeDirectory, name), 'utf8'), { format: 'cjs', target: 'node22', platform: 'node' });
      writeFileSync(join(codeDirectory, name.replace(/mjs$/, 'cjs')), code.replaceAll('.mjs', '.cjs'));
    }
    return HostProcess.start(join(codeDirectory, 'index.cjs'), join(codeDirectory, 'origin.cjs'), variables);
  },
};
