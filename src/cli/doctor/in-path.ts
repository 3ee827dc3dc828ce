import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program is found; undefined if it is not. Administrators' folders count too: the engine's helper looks there. */
export function inPath(program: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].filter(folder => folder !== '');
  return folders.flatMap(folder => [join(folder, program), join(folder, `${program}.exe`)]).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
