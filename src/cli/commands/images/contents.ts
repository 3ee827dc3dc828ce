import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { count } from '../../option-values.ts';
import { compareImages, type FileDifference, listImageFiles, readImageFile } from '../../queries/contents.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { catFile, showFiles } from '../file-listing.ts';
import { imageCalled, noImage } from './image-called.ts';

export function defineContents(command: Command, cli: Cli): void {
  const device = ['--device <device>', 'disk of a full-ECS image, such as /dev/vdb; its system disk without it'] as const;
  command
    .command('ls')
    .summary('entries of a folder of an image, without launching it')
    .argument('<image>', 'its name or id')
    .argument('[path]', 'absolute path', '/')
    .option(...device)
    .action((image: string, path: string, options: Device) => list(cli, image, path, options));
  command
    .command('cat')
    .summary('what a file of an image holds')
    .argument('<image>', 'its name or id')
    .argument('<path>', 'absolute path')
    .option(...device)
    .action((image: string, path: string, options: Device) => cat(cli, image, path, options));
  command
    .command('diff')
    .summary('what differs between two images, file by file')
    .argument('<image>', 'its name or id')
    .argument('<other>', 'name or id of the other')
    .argument('[path]', 'only below this folder', '/')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((image: string, other: string, path: string, { limit = DEFAULT_LIMIT }: { limit?: number }) =>
      diff(cli, image, other, { path, first: limit }),
    );
}

interface Device {
  readonly device?: string;
}

async function list(cli: Cli, text: string, path: string, { device }: Device): Promise<void> {
  const client = await cli.client();
  const entries = await listImageFiles(client, await imageCalled(client, text), path, device);
  if (entries === null) throw noImage(text);
  showFiles(cli, entries);
}

async function cat(cli: Cli, text: string, path: string, { device }: Device): Promise<void> {
  const client = await cli.client();
  const id = await imageCalled(client, text);
  await catFile(cli, path, async range => {
    const part = await readImageFile(client, id, path, { ...range, device });
    if (part === null) throw noImage(text);
    return part;
  });
}

const SIGNS: Readonly<Record<FileDifference['change'], string>> = { ADDED: '+', REMOVED: '-', CHANGED: '~' };

async function diff(cli: Cli, text: string, otherText: string, { path, first }: { path: string; first: number }): Promise<void> {
  const client = await cli.client();
  const [id, other] = [await imageCalled(client, text), await imageCalled(client, otherText)];
  const found = await compareImages(client, { id, other: globalIdOf(other), path, first });
  if (!found) throw noImage(text);
  showList(cli, 'difference', { rows: found.differences, more: found.next !== null }, [
    { title: '', value: ({ change }) => SIGNS[change] },
    { title: 'path', value: one => one.path },
    { title: 'what', value: ({ aspects }) => aspects.join(', ') },
  ]);
}

const globalIdOf = (id: string): string => (id.includes(':') ? id : `Image:${id}`);
