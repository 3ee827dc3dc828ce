import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** This package's version. Its package.json is beside the sources' folder, or beside the built program's. */
export function version(): string {
  for (let folder = import.meta.dirname; ; folder = join(folder, '..')) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) return versionIn(JSON.parse(readFileSync(file, 'utf8')));
    if (folder === join(folder, '..')) return 'unknown';
  }
}

function versionIn(manifest: unknown): string {
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}
