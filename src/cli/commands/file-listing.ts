import { MIB } from '../../../emulator/units.ts';
import type { Cli } from '../cli.ts';
import type { FileEntry } from '../queries/server-inside.ts';
import { bytes, moment } from '../render/amounts.ts';
import { showList } from '../show-list.ts';

const KINDS: Readonly<Record<FileEntry['type'], string>> = { FILE: '-', DIRECTORY: 'd', LINK: 'l', OTHER: '?' };

/** A folder, as `ls -l` shows it. */
export function showFiles(cli: Cli, entries: readonly FileEntry[]): void {
  showList(cli, 'file', { rows: entries, more: false }, [
    { title: 'mode', value: ({ type, mode }) => `${KINDS[type]} ${mode}` },
    { title: 'owner', value: ({ uid, gid }) => `${uid}:${gid}` },
    { title: 'size', value: ({ type, size }) => (type === 'FILE' ? bytes(size) : ''), align: 'right' },
    { title: 'changed', value: ({ modifiedAt }) => moment(modifiedAt) },
    { title: 'name', value: ({ name, linkTarget }) => (linkTarget === null ? name : `${name} -> ${linkTarget}`) },
  ]);
}

/** Bytes to ask for at once: the gateway gives 8 MiB at most. */
const PART = 4 * MIB;

/** Writes a file to the output, part by part; as JSON, all of it at once. */
export async function catFile(
  cli: Cli,
  path: string,
  read: (range: { offset: number; length: number }) => Promise<Buffer>,
): Promise<void> {
  const parts: Buffer[] = [];
  for (let offset = 0; ; ) {
    const part = await read({ offset, length: PART });
    if (cli.options.json) parts.push(part);
    else cli.io.stdout.write(part);
    offset += part.length;
    if (part.length < PART) break;
  }
  if (!cli.options.json) return;
  const content = Buffer.concat(parts);
  cli.show({ path, size: content.length, base64: content.toString('base64') }, () => []);
}
