import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDbLocal } from '../equipment/dynamodb-local';
import { onPath } from '../equipment/executable';
import { freePorts } from '../equipment/free-ports';
import { type Command, ServerProcess } from '../equipment/server-process';

const run = promisify(execFile);

/** Servers that stand in for the real ones in other people's tests. Each is optional: these say where they are installed. */
const { SERVERS_PYTHON: PYTHON = 'python3', SERVERS_NODE_MODULES: NODE_MODULES = '' } = process.env;

/** Why a package of Python is not there. */
export function missingPythonPackage(name: string): string | undefined {
  return spawnSync(PYTHON, ['-c', `import ${name}`]).status === 0
    ? undefined
    : `There is no ${name}: pip install 'fakeredis[lua]' 'moto[server]', and SERVERS_PYTHON says which Python has them.`;
}

export async function pythonPackageVersion(name: string): Promise<string> {
  return (await run(PYTHON, ['-c', `from importlib.metadata import version; print(version('${name}'))`])).stdout.trim();
}

export function missingDynalite(): string | undefined {
  return existsSync(join(NODE_MODULES, 'dynalite', 'package.json'))
    ? undefined
    : 'There is no dynalite: npm install dynalite, and SERVERS_NODE_MODULES says in which node_modules.';
}

export function dynaliteVersion(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require(join(NODE_MODULES, 'dynalite', 'package.json')) as { readonly version: string }).version;
}

const FAKEREDIS = (port: number, type: string) => `
from fakeredis import TcpFakeServer
server = TcpFakeServer(('127.0.0.1', ${port}), server_type='${type}')
print('ready', flush=True)
server.serve_forever()
`;

/** fakeredis, as a server. */
export class FakeRedis extends ServerProcess {
  public readonly host = '127.0.0.1';

  private constructor(port: number, private readonly type: string, private readonly variables: NodeJS.ProcessEnv) {
    super(port);
  }

  public static async start(type: string, variables: NodeJS.ProcessEnv): Promise<FakeRedis> {
    const server = new FakeRedis((await freePorts(1))[0], type, variables);
    await server.begin();
    return server;
  }

  public async call(...command: (string | number)[]): Promise<string> {
    return (await run(onPath('redis-cli')!, ['-h', this.host, '-p', String(this.port), '-e', ...command.map(String)])).stdout.trimEnd();
  }

  protected override command(): Command {
    return { executable: PYTHON, args: ['-c', FAKEREDIS(this.port, this.type)], env: { ...process.env, ...this.variables } };
  }

  protected override ready(since: number): Promise<void> {
    return this.logged(/^ready$/, since);
  }
}

/** A server that is DynamoDB to the AWS SDK. */
export class DynamoDbImitation extends DynamoDbLocal {
  private constructor(port: number, private readonly started: Command, private readonly isReady: RegExp) {
    super(port, {});
  }

  public static async dynalite(variables: NodeJS.ProcessEnv): Promise<DynamoDbImitation> {
    const [port] = await freePorts(1);
    const options = ['--port', String(port), '--createTableMs', '0', '--deleteTableMs', '0'];
    return DynamoDbImitation.begun(port, process.execPath, [join(NODE_MODULES, 'dynalite', 'cli.js'), ...options], variables, /listening/i);
  }

  public static async moto(variables: NodeJS.ProcessEnv): Promise<DynamoDbImitation> {
    const [port] = await freePorts(1);
    return DynamoDbImitation.begun(port, PYTHON, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], variables, /Running on/);
  }

  private static async begun(
    port: number, executable: string, args: readonly string[], variables: NodeJS.ProcessEnv, isReady: RegExp,
  ): Promise<DynamoDbImitation> {
    const server = new DynamoDbImitation(port, { executable, args, env: { ...process.env, ...variables } }, isReady);
    await server.begin();
    return server;
  }

  protected override command(): Command {
    return this.started;
  }

  protected override ready(since: number): Promise<void> {
    return this.logged(this.isReady, since);
  }
}
