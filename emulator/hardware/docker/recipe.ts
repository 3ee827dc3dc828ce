/** Digests of what things are made from. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** Short digest of a value that JSON can say. */
export function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** The appliance folder of this package, wherever the compiled code lies below it. */
export function findApplianceFolder(from: string = import.meta.dirname): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'appliance');
    if (existsSync(join(candidate, 'packages.txt'))) return candidate;
  }
  throw new Error('the appliance folder is not part of this installation');
}

export interface RecipeFile {
  /** Relative to the appliance folder. */
  readonly path: string;
  readonly data: Buffer;
}

/** The files that the helper's image is made from, in a fixed order. */
export async function applianceFiles(folder: string): Promise<RecipeFile[]> {
  return await filesBelow(folder, parts => !parts.includes('tests'));
}

/** The agent's own tests. */
export async function applianceTests(folder: string): Promise<RecipeFile[]> {
  return await filesBelow(folder, parts => parts.includes('tests'));
}

async function filesBelow(folder: string, wanted: (parts: readonly string[]) => boolean): Promise<RecipeFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .filter(path => !path.includes('__pycache__') && wanted(path.split('/')))
    .sort();
  return await Promise.all(paths.map(async path => ({ path, data: await readFile(join(folder, path)) })));
}

export function filesDigest(files: readonly RecipeFile[], ...more: string[]): string {
  return digest([...files.map(({ path, data }) => [path, createHash('sha256').update(data).digest('hex')]), ...more]);
}
