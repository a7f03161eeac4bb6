import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invalidProp } from '../validation/errors';

/**
 * The default entry file: `<file>.<id>.ts` and so on, next to the file that calls the constructor, as in NodejsFunction.
 * NodejsFunction itself cannot find it, since this library's file calls its constructor.
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
      `Set \`entry\`, or \`code\` and \`handler\` for prebuilt code${definingFile === undefined ? '' : `, or name the file ${candidates[0]}`}.`);
  }
  return found;
}

/** The file of the stack frame that called the constructor; undefined if the caller is not JavaScript. */
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
