// Not `import`: as ES modules, these take milliseconds to load (docs/decisions.md).
const { existsSync, readFileSync, realpathSync } = process.getBuiltinModule('node:fs');
const { Module } = process.getBuiltinModule('node:module');
const { dirname, extname, join } = process.getBuiltinModule('node:path');

/**
 * What a file exports, if it is CommonJS: loaded as `import()` loads it in the end, without the lexer that Node.js 22 runs over all of it
 * first to find the names of its exports (docs/decisions.md). Undefined where only `import()` loads it as it should be.
 */
export function loadCommonJs(file: string): unknown {
  // Not `require`, which would be its `module.parent` and in its errors' "Require stack"; with import(), neither is there.
  return isCommonJs(file) ? (Module as unknown as { _load(path: string): unknown })._load(file) : undefined;
}

/** Whether that is certain before the file runs: afterwards, import() would run it a second time. */
function isCommonJs(file: string): boolean {
  const flags = [process.env.NODE_OPTIONS, ...process.execArgv].join(' ');
  // Hooks of `module.register()`, as OpenTelemetry's for ES modules, see what import() loads, and not what is loaded synchronously.
  if (/--(import|(experimental-)?loader)\b/.test(flags)) {
    return false;
  }
  // The kind of a link is that of the file it leads to.
  const path = realpathSync(file);
  const extension = extname(path);
  if (extension !== '.js') {
    return extension === '.cjs';
  }
  const type = packageType(path);
  // Without a type, the file's syntax decides, unless Node.js must not look at it, as on Lambda.
  return type === 'commonjs' || (type !== 'module' && flags.includes(`--no-${DETECTION}`) && !flags.includes(`--${DETECTION}`));
}

const DETECTION = 'experimental-detect-module';

/** The type that the file's package states. */
function packageType(file: string): unknown {
  // Not `findPackageJSON`: where there is none, Node.js 24 returns the file itself.
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const manifest = join(directory, 'package.json');
    if (existsSync(manifest)) {
      return typeIn(manifest);
    }
    if (directory === dirname(directory)) {
      return undefined;
    }
  }
}

function typeIn(manifest: string): unknown {
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown } | null)?.type;
  } catch {
    // Broken, which import() reports.
    return 'module';
  }
}
