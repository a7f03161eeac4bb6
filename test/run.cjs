// `npx projen test` checks everything; with arguments it is jest alone, so that one file takes seconds.
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// projen passes the `--` before them too.
const args = process.argv.slice(2).filter((argument, i) => i > 0 || argument !== '--');
const isBuilt = existsSync(join(__dirname, '..', 'lib', 'index.js')) && existsSync(join(__dirname, '..', 'assets', 'layer'));
const commands = args.length === 0
  ? [['projen', 'test:all']]
  // Most tests run what users get. Changed sources need `npx projen build:library` again.
  : [...isBuilt ? [] : [['projen', 'build:library']], ['jest', '--ci', '--forceExit', ...args]];
for (const [command, ...rest] of commands) {
  const { status } = spawnSync(command, rest, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    break;
  }
}
