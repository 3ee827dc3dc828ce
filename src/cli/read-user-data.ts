import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Cli } from './cli.ts';

/** What runs at a first boot, from a file or, for `-`, from stdin: base64. */
export function readUserData({ io }: Cli, file: string | undefined): string | undefined {
  return file === undefined ? undefined : readFileSync(file === '-' ? 0 : resolve(io.cwd, file)).toString('base64');
}
