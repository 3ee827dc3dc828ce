import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { UsageError } from '../../cli-error.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { count, gibibytes, type Tag, tag, word } from '../../option-values.ts';
import { createDisks, withDisksNow } from '../../queries/disks.ts';
import { diskTypes } from '../../queries/servers.ts';
import { imageCalled } from '../images/image-called.ts';
import { serverCalled } from '../servers/server-called.ts';
import { snapshotCalled } from './disk-called.ts';

export function defineCreate(command: Command, cli: Cli): void {
  command
    .command('create')
    .summary('make disks: empty, or of an image, a snapshot or a backup')
    .argument('<name>', 'name; several are called name-0001, name-0002, …')
    .option('--size <GiB>', 'size (default: that of what it is made of)', gibibytes)
    .option('--type <type>', 'sata, sas, ssd, gpssd or essd', word(diskTypes))
    .option('--count <count>', 'how many', count)
    .option('--zone <zone>', 'availability zone')
    .option('--image <image>', 'make it of this image, by name or id')
    .option('--snapshot <snapshot>', 'make it of this snapshot, by name or id')
    .option('--backup <id>', 'make it of this backup of a disk')
    .option('--format', 'with an empty ext4 on it')
    .option('--shareable', 'for several servers at once')
    .option('--scsi', 'a SCSI disk: bare-metal servers take no others')
    .option('--server <server>', 'attach it to this server, by name or id')
    .option('--device <device>', 'where that server finds it: /dev/vdc')
    .option('--tag <key=value>', 'a tag; may be given several times', tag)
    .option('--description <words>', 'words of yours')
    .option('--no-wait', 'do not wait until it is there')
    .action((name: string, options: Options) => create(cli, name, options));
}

interface Options extends WaitOption {
  readonly size?: number;
  readonly type?: string;
  readonly count?: number;
  readonly zone?: string;
  readonly image?: string;
  readonly snapshot?: string;
  readonly backup?: string;
  readonly format?: boolean;
  readonly shareable?: boolean;
  readonly scsi?: boolean;
  readonly server?: string;
  readonly device?: string;
  readonly tag?: readonly Tag[];
  readonly description?: string;
}

async function create(cli: Cli, name: string, options: Options): Promise<void> {
  if (options.device !== undefined && options.server === undefined) throw new UsageError('--device goes with --server');
  const client = await cli.client();
  const { size, type, shareable, device, description, image, snapshot, server } = options;
  const payload = await createDisks(client, {
    name,
    size,
    type,
    count: options.count,
    availabilityZone: options.zone,
    imageId: image === undefined ? undefined : await imageCalled(client, image),
    snapshotId: snapshot === undefined ? undefined : await snapshotCalled(client, snapshot),
    backupId: options.backup,
    fileSystem: options.format ? 'EXT4' : undefined,
    shareable,
    deviceType: options.scsi ? 'SCSI' : undefined,
    serverId: server === undefined ? undefined : await serverCalled(client, server),
    device,
    tags: options.tag,
    description,
  });
  await finishJob(cli, payload, options, {
    refresh: before => withDisksNow(client, before),
    lines: ({ disks }) => disks.flatMap(disk => (disk === null ? [] : [`disk ${disk.name} is there: ${disk.uuid}`])),
  });
}
