import type { Command } from 'commander';
import { batchNames } from '../../../../emulator/batch-names.ts';
import type { Client } from '../../../client/client.ts';
import type { Cli } from '../../cli.ts';
import { UsageError } from '../../cli-error.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { mebibytes, type Tag, tag, texts, word } from '../../option-values.ts';
import * as creation from '../../queries/image-creation.ts';
import { findImage, type ImageChange } from '../../queries/images.ts';
import { diskCalled } from '../disks/disk-called.ts';
import { serverCalled } from '../servers/server-called.ts';

export function defineCreation(command: Command, cli: Cli): void {
  withWords(
    command
      .command('create')
      .summary('make an image of a server’s system disk, or of a data disk that holds a system')
      .argument('<name>', 'name of the image')
      .option('--server <server>', 'the server, by name or id; it may be running')
      .option('--disk <disk>', 'instead: a data disk of a server, by name or id')
      .option('--os-version <version>', 'with --disk: the system on it, such as "Ubuntu 22.04 server 64bit"')
      .option(
        '--type <type>',
        'with --disk: ecs or bms, the machines it is for (default: as the disk is)',
        word(creation.imageTypes),
      ),
  ).action((name: string, options: SystemOptions) => createSystem(cli, name, options));
  command
    .command('create-data')
    .summary('make images of data disks of one server, all as of one moment')
    .argument('<name>', 'name; several images are called name-0001, name-0002, …')
    .requiredOption('--disk <disk>', 'a data disk of the server, by name or id; may be given several times', texts)
    .option('--description <words>', 'words of yours')
    .option('--tag <key=value>', 'a tag; may be given several times', tag)
    .option('--no-wait', 'do not wait until they are done')
    .action((name: string, options: DataOptions) => createData(cli, name, options));
  withWords(
    command
      .command('create-whole')
      .summary('make a full-ECS image: all disks of a server, on a backup')
      .argument('<name>', 'name of the image')
      .option('--server <server>', 'the server, by name or id; it may be running')
      .option('--vault <id>', 'with --server: the vault for its backup')
      .option('--backup <id>', 'instead: a backup of a server'),
  ).action((name: string, options: WholeOptions) => createWhole(cli, name, options));
}

const withWords = (command: Command): Command =>
  command
    .option('--description <words>', 'words of yours')
    .option('--tag <key=value>', 'a tag; may be given several times', tag)
    .option('--min-ram <MiB>', 'least memory of a flavor for it', mebibytes)
    .option('--max-ram <MiB>', 'most memory of a flavor for it', mebibytes)
    .option('--no-wait', 'do not wait until it is done');

interface Words extends WaitOption {
  readonly description?: string;
  readonly tag?: readonly Tag[];
  readonly minRam?: number;
  readonly maxRam?: number;
}

interface SystemOptions extends Words {
  readonly server?: string;
  readonly disk?: string;
  readonly osVersion?: string;
  readonly type?: creation.ImageType;
}

async function createSystem(cli: Cli, name: string, options: SystemOptions): Promise<void> {
  const { server, disk, osVersion, type, tag: tags, wait, ...words } = options;
  if ((server === undefined) === (disk === undefined)) throw new UsageError('say what it is made of: --server or --disk');
  if ((disk === undefined) !== (osVersion === undefined)) throw new UsageError('--disk and --os-version go together');
  if (type !== undefined && disk === undefined) throw new UsageError('--type is for --disk');
  const client = await cli.client();
  const input = { ...words, name, tags };
  const payload =
    disk !== undefined && osVersion !== undefined
      ? await creation.createImageFromDisk(client, { ...input, diskId: await diskCalled(client, disk), osVersion, type })
      : await creation.createImage(client, { ...input, serverId: await serverCalled(client, server ?? '') });
  await finishImage(cli, client, payload, { name, wait });
}

interface DataOptions extends WaitOption {
  readonly disk: readonly string[];
  readonly description?: string;
  readonly tag?: readonly Tag[];
}

async function createData(cli: Cli, name: string, { disk: called, tag: tags, wait, ...words }: DataOptions): Promise<void> {
  const client = await cli.client();
  const diskIds = await Promise.all(called.map(disk => diskCalled(client, disk)));
  const names = batchNames(name, diskIds.length);
  const dataImages = diskIds.map((diskId, index) => ({ ...words, diskId, tags, name: names[index] ?? name }));
  const payload = await creation.createDataImages(client, { dataImages });
  await finishJob(
    cli,
    payload,
    { wait },
    {
      refresh: async before => ({
        ...before,
        images: await Promise.all(before.images.map(image => image && findImage(client, image.uuid))),
      }),
      lines: ({ images }) => images.flatMap(image => (image ? [`image ${image.name} is ready: ${image.uuid}`] : [])),
    },
  );
}

interface WholeOptions extends Words {
  readonly server?: string;
  readonly vault?: string;
  readonly backup?: string;
}

async function createWhole(cli: Cli, name: string, options: WholeOptions): Promise<void> {
  const { server, vault, backup, tag: tags, wait, ...words } = options;
  if ((server === undefined) === (backup === undefined)) throw new UsageError('say what it is made of: --server or --backup');
  if ((server === undefined) !== (vault === undefined)) throw new UsageError('--server and --vault go together');
  const client = await cli.client();
  const input = { ...words, name, tags };
  const payload =
    server !== undefined && vault !== undefined
      ? await creation.createWholeImage(client, { ...input, serverId: await serverCalled(client, server), vaultId: vault })
      : await creation.createWholeImageFromBackup(client, { ...input, backupId: backup ?? '' });
  await finishImage(cli, client, payload, { name, wait });
}

async function finishImage(
  cli: Cli,
  client: Client,
  payload: ImageChange,
  { name, wait }: WaitOption & { readonly name: string },
): Promise<void> {
  await finishJob(
    cli,
    payload,
    { wait },
    {
      refresh: async before => ({ ...before, image: before.image && (await findImage(client, before.image.uuid)) }),
      lines: ({ image }) => [`image ${name} is ready: ${image?.uuid ?? ''}`],
    },
  );
}
