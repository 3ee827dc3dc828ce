import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { MIB } from '../../../../emulator/units.ts';
import type { Client } from '../../../client/client.ts';
import type { Cli } from '../../cli.ts';
import { CliError } from '../../cli-error.ts';
import { fileMode } from '../../option-values.ts';
import { type FilePlace, listFiles, readFilePart, writeFile } from '../../queries/server-inside.ts';
import { bytes } from '../../render/amounts.ts';
import { diskCalled } from '../disks/disk-called.ts';
import { catFile, showFiles } from '../file-listing.ts';
import { serverCalled } from './server-called.ts';

export function defineFiles(command: Command, cli: Cli): void {
  const files = command.command('files').summary('files on a server’s disks, running or not');
  files
    .command('ls')
    .summary('entries of a folder')
    .argument('<server>', 'its name or id')
    .argument('[path]', 'absolute path', '/')
    .option('--disk <disk>', 'one of its data disks, by name or id')
    .action((server: string, path: string, options: DiskOption) => list(cli, server, path, options));
  files
    .command('cat')
    .summary('what a file holds')
    .argument('<server>', 'its name or id')
    .argument('<path>', 'absolute path')
    .option('--disk <disk>', 'one of its data disks, by name or id')
    .action((server: string, path: string, options: DiskOption) => cat(cli, server, path, options));
  files
    .command('put')
    .summary('write a file of at most 8 MiB; missing folders are made')
    .argument('<server>', 'its name or id')
    .argument('<path>', 'absolute path on the server')
    .argument('[file]', 'file of this machine; without it, stdin', '-')
    .option('--mode <bits>', 'permission bits, such as 644', fileMode)
    .option('--disk <disk>', 'one of its data disks, by name or id')
    .action((server: string, path: string, file: string, options: PutOptions) => put(cli, server, path, file, options));
}

interface DiskOption {
  readonly disk?: string;
}

interface PutOptions extends DiskOption {
  readonly mode?: number;
}

/** Where the files are: a server, and one of its disks. */
async function place(client: Client, text: string, { disk }: DiskOption): Promise<FilePlace> {
  const serverId = await serverCalled(client, text);
  return { serverId, diskId: disk === undefined ? undefined : await diskCalled(client, disk) };
}

async function list(cli: Cli, text: string, path: string, options: DiskOption): Promise<void> {
  const client = await cli.client();
  const entries = await listFiles(client, await place(client, text, options), path);
  if (entries === null) throw noSuch(text, path);
  showFiles(cli, entries);
}

async function cat(cli: Cli, text: string, path: string, options: DiskOption): Promise<void> {
  const client = await cli.client();
  const at = await place(client, text, options);
  await catFile(cli, path, async range => {
    const part = await readFilePart(client, at, path, range);
    if (part === null) throw noSuch(text, path);
    return part;
  });
}

async function put(cli: Cli, text: string, path: string, file: string, { mode, ...options }: PutOptions): Promise<void> {
  const content = await contentOf(cli, file);
  const client = await cli.client();
  const written = await writeFile(client, {
    ...(await place(client, text, options)),
    path,
    base64: content.toString('base64'),
    mode: mode?.toString(8).padStart(4, '0'),
  });
  cli.show(written, () => [`wrote ${bytes(written.size)} to ${path} of ${text}`]);
}

/** What a file that is written may have: the gateway takes no more at once. */
const LIMIT = 8 * MIB;

/** What a file, or stdin, holds. No more is read than may be written: a pipe or a device may have no end. */
async function contentOf({ io }: Cli, file: string): Promise<Buffer> {
  const path = file === '-' ? undefined : resolve(io.cwd, file);
  if (path !== undefined) {
    const found = statSync(path);
    if (found.isDirectory()) throw new CliError('EISDIR', `a folder, not a file: ${path}`);
    if (found.size > LIMIT) throw tooLarge(file);
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of path === undefined ? io.stdin : createReadStream(path)) {
    parts.push(Buffer.from(part));
    size += part.length;
    if (size > LIMIT) throw tooLarge(file);
  }
  return Buffer.concat(parts);
}

const tooLarge = (file: string): CliError =>
  new CliError('TOO_LARGE', `${file === '-' ? 'stdin' : file} has more than ${bytes(LIMIT)}`, {
    hints: ['on docker hardware a running server takes larger ones from stdin of `cloudyard servers ssh`'],
  });

const noSuch = (server: string, path: string): CliError =>
  new CliError('NOT_FOUND', `${path} of ${server} cannot be read: it is not there, or the server is being changed`, {
    hints: [`see \`cloudyard servers files ls ${server} /\` and \`cloudyard servers show ${server}\``],
  });
