import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invalidProp } from './errors';

/**
 * The entry file of a function that names none: beside the file that calls the constructor, `<file>.<id>.ts` and so on, as
 * NodejsFunction has it. NodejsFunction itself cannot find it, since the file that calls it is this library's.
 *
 * @internal
 */
export function defaultEntry(className: string, id: string): string {
  const definingFile = fileThatCalls(className);
  const candidates = ['ts', 'js', 'mjs', 'mts', 'cts', 'cjs'].map((extension) =>
    definingFile === undefined ? '' : `${definingFile.slice(0, -extname(definingFile).length)}.${id}.${extension}`);
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw invalidProp('entry', undefined, 'must be the path of the handler\'s source file',
      `Set \`entry\`, or \`code\` and \`handler\` for code that is built already${definingFile === undefined ? '' : `, or name the file ${candidates[0]}`}.`);
  }
  return found;
}

/** The file of the stack frame that called the constructor; undefined where the caller is not JavaScript. */
function fileThatCalls(className: string): string | undefined {
  if (process.env.JSII_AGENT !== undefined) {
    return undefined;
  }
  const original = Error.prepareStackTrace;
  let sites: NodeJS.CallSite[];
  try {
    Error.prepareStackTrace = (_, callSites) => callSites;
    sites = new Error().stack as unknown as NodeJS.CallSite[];
  } finally {
    Error.prepareStackTrace = original;
  }
  const constructor = sites.findIndex((site) => site.getFunctionName() === className || site.getFunctionName() === `new ${className}`);
  const caller = sites[constructor + 1]?.getFileName() ?? undefined;
  // ES modules have URLs, in which a space is %20.
  return caller?.startsWith('file:') ? fileURLToPath(caller) : caller;
}
