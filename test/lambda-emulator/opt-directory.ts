import { cpSync, existsSync, mkdirSync } from 'node:fs';

/** Variables that hold lists of paths or options, in which any of the parts may lie in /opt. */
const PATH_LISTS = new Set(['NODE_PATH', 'NODE_OPTIONS', 'PATH', 'LD_LIBRARY_PATH']);

/**
 * What is `/opt` on AWS Lambda: the merged layers of one function.
 *
 * A laptop's own /opt can't be written, and two functions have different ones. So it is a directory somewhere else, and what names
 * a file in /opt (the handler, environment variables) is made to name the one in that directory.
 */
export class OptDirectory {
  /**
   * Unpacks layers over each other.
   *
   * @param layerDirectories - the unpacked layers, in their order
   * @param path - where to merge them
   */
  constructor(layerDirectories: readonly string[], readonly path: string) {
    mkdirSync(path, { recursive: true });
    for (const layer of layerDirectories) {
      if (!existsSync(layer)) throw new Error(`There is no layer directory ${layer}`);
      cpSync(layer, path, { recursive: true, verbatimSymlinks: true });
    }
  }

  /** `/opt/x` as a path that exists here; anything else stays what it is. */
  resolve(path: string): string {
    return path.startsWith('/opt/') ? this.path + path.slice('/opt'.length) : path;
  }

  /** Makes the values which name something in /opt name it where it is. */
  resolveVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [
      name,
      PATH_LISTS.has(name) ? value.replace(/(^|[:=\s"'])\/opt\//g, (_, before: string) => `${before}${this.path}/`) : this.resolve(value),
    ]));
  }
}
