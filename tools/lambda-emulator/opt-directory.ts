import { cpSync, existsSync, mkdirSync } from 'node:fs';

/** Variables that hold lists of paths or options, in which any of the parts may lie in /opt. */
const PATH_LISTS = new Set(['NODE_PATH', 'NODE_OPTIONS', 'PATH', 'LD_LIBRARY_PATH']);

/**
 * The equivalent of `/opt` on AWS Lambda: the merged layers of one function.
 *
 * A laptop's own /opt can't be written, and two functions have different ones. So it is a directory somewhere else, and names of files in
 * /opt (the handler, environment variables) are rewritten to that directory.
 */
export class OptDirectory {
  /**
   * Merges layers.
   *
   * @param layerDirectories - the unpacked layers, in order
   * @param path - the target directory
   */
  constructor(layerDirectories: readonly string[], readonly path: string) {
    mkdirSync(path, { recursive: true });
    for (const layer of layerDirectories) {
      if (!existsSync(layer)) throw new Error(`There is no layer directory ${layer}`);
      cpSync(layer, path, { recursive: true, verbatimSymlinks: true });
    }
  }

  /** Maps `/opt/x` to its path here; anything else stays unchanged. */
  resolve(path: string): string {
    return path.startsWith('/opt/') ? this.path + path.slice('/opt'.length) : path;
  }

  /** Maps values that contain paths in /opt to their paths here. */
  resolveVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(variables).map(([name, value]) => [
      name,
      PATH_LISTS.has(name) ? value.replace(/(^|[:=\s"'])\/opt\//g, (_, before: string) => `${before}${this.path}/`) : this.resolve(value),
    ]));
  }
}
