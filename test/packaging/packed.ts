import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const REPOSITORY = join(__dirname, '..', '..');

/** What npm would publish. */
export interface Packed {
  readonly tarball: string;
  /** The paths in it. */
  readonly files: readonly string[];
}

/** Packs the library as it was built last. */
export function pack(into: string): Packed {
  const arguments_ = ['pack', '--ignore-scripts', '--json', '--pack-destination', into];
  const report: unknown = JSON.parse(execFileSync('npm', arguments_, { cwd: REPOSITORY, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }));
  // A record by package name from npm 12 on.
  const [{ filename, files }] = Object.values(report as Record<string, { filename: string; files: { path: string }[] }>);
  return { tarball: join(into, filename), files: files.map(({ path }) => path) };
}

/** Unpacks what npm packed, without the `package/` in its paths. */
export function unpack({ tarball }: Packed, into: string): string {
  mkdirSync(into, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components', '1', '-C', into]);
  return into;
}

/** Builds packages of other languages from the packed tarball, as a release does; the repository stays as it is. Returns where they are. */
export function buildPackages(folder: string, targets: readonly string[], ...options: string[]): string {
  const library = unpack(pack(folder), join(folder, 'library'));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(library, 'node_modules'));
  const pacmak = join(REPOSITORY, 'node_modules', 'jsii-pacmak', 'bin', 'jsii-pacmak');
  const dist = join(folder, 'dist');
  run(process.execPath, [pacmak, '--targets', ...targets, '--outdir', dist, ...options], { cwd: library });
  return dist;
}

/** Makes the repository's own copy of a package importable in a folder. */
export function link(packageName: string, folder: string): void {
  const path = join(folder, 'node_modules', packageName);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules', packageName), path);
}

/** A folder outside of any Node.js project, removed after the file's tests. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-cached-function-packaging-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The folder of an installed package that has this version, under any of these names. */
export function installed(version: string, ...names: string[]): string | undefined {
  return names.flatMap(folderOf).find((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return manifest.version.startsWith(`${version}.`);
  });
}

function folderOf(packageName: string): string[] {
  try {
    return [dirname(require.resolve(`${packageName}/package.json`))];
  } catch {
    return [];
  }
}

/** Runs a command to its end; if it fails, its output is the error. */
export function run(command: string, arguments_: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, arguments_, { ...options, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (error !== undefined || status !== 0) {
    throw new Error(`${command} ${arguments_.join(' ')} ended with ${error?.message ?? status}:\n${stdout}${stderr}`);
  }
  return stdout;
}
