import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of the front ends, below the project's root. */
const FRONT_ENDS = { GraphQL: 'src/graphql' } as const;
export type FrontEnd = keyof typeof FRONT_ENDS;

/**
 * Which front ends reach an operation: those whose sources import it from the emulator. Read from the sources, so it cannot be claimed
 * without being so.
 */
export class FrontEnds {
  readonly #imports: ReadonlyMap<FrontEnd, ReadonlySet<string>>;

  constructor(root: string) {
    const entries = Object.entries(FRONT_ENDS) as [FrontEnd, string][];
    this.#imports = new Map(entries.map(([name, folder]) => [name, importedNames(join(root, folder))]));
  }

  /** `exportName` is what the operation is called in its file: `createImage`. */
  reaching(exportName: string): FrontEnd[] {
    return [...this.#imports].filter(([, names]) => names.has(exportName)).map(([name]) => name);
  }
}

const IMPORT = /import\s+\{([^}]*)\}\s+from\s+'[^']*\/emulator\/[^']*'/g;

function importedNames(folder: string): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    file => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const names = files.flatMap(file =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(IMPORT)].flatMap(([, list = '']) =>
      list.split(',').map(name => name.trim()),
    ),
  );
  return new Set(names);
}
