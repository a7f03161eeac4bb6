import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program with that name, if it is on the PATH. */
export function onPath(name: string): string | undefined {
  return (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, name)).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
