/** Where this machine gets its Debian packages from, so that images are made from the same place. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The archive addresses of a Debian host, without the security archive (which has no suites of the plain name). Empty on another
 * system: then mmdebstrap knows Debian's own address.
 */
export async function debianArchives(root = '/'): Promise<string[]> {
  if (!/^ID=debian$/m.test(await read(join(root, 'etc/os-release')))) return [];
  const folder = join(root, 'etc/apt/sources.list.d');
  const names = await readdir(folder).catch((): string[] => []);
  const lists = [
    join(root, 'etc/apt/sources.list'),
    ...names.filter(name => name.endsWith('.list')).map(name => join(folder, name)),
  ];
  const stanzas = names.filter(name => name.endsWith('.sources')).map(name => join(folder, name));
  const found = [
    ...(await Promise.all(lists.map(read))).flatMap(oneLineArchives),
    ...(await Promise.all(stanzas.map(read))).flatMap(stanzaArchives),
  ];
  return [...new Set(found)];
}

interface Archive {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
}

/** The archive proper: main, and a suite that is neither security nor updates. Other vendors' archives have other components. */
const isArchiveProper = ({ suites, components }: Archive): boolean =>
  components.includes('main') &&
  suites.some(suite => /^[a-z]+$/.test(suite)) &&
  !suites.some(suite => suite.includes('security'));

function oneLineArchives(text: string): string[] {
  return text
    .split('\n')
    .map(line => /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)$/.exec(line.trim()))
    .filter(match => match !== null)
    .map(([, uri = '', suite = '', components = '']) => ({ uri, suites: [suite], components: components.split(/\s+/) }))
    .filter(isArchiveProper)
    .map(archive => archive.uri);
}

function stanzaArchives(text: string): string[] {
  const words = (stanza: string, field: string): string[] =>
    new RegExp(`^${field}:\\s*(.+)$`, 'mi').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
  return text
    .split(/\n\s*\n/)
    .filter(stanza => words(stanza, 'Types').includes('deb') && words(stanza, 'Enabled')[0] !== 'no')
    .flatMap(stanza =>
      words(stanza, 'URIs').map(uri => ({ uri, suites: words(stanza, 'Suites'), components: words(stanza, 'Components') })),
    )
    .filter(isArchiveProper)
    .map(archive => archive.uri);
}

async function read(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}
