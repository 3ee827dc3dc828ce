import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { count, type Tag, tag, word } from '../../option-values.ts';
import { type Disk, type DiskDetails, diskStatuses, listDisks } from '../../queries/disks.ts';
import { diskTypes } from '../../queries/servers.ts';
import { moment } from '../../render/amounts.ts';
import { fields } from '../../render/table.ts';
import { tagsText } from '../../render/tags.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { serverCalled } from '../servers/server-called.ts';
import { requireDisk } from './disk-called.ts';

export function defineReads(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('the tenant’s disks')
    .option('--name <name>', 'called so')
    .option('--status <status>', 'available, in-use, …', word(diskStatuses))
    .option('--type <type>', 'sata, sas, ssd, gpssd or essd', word(diskTypes))
    .option('--zone <zone>', 'in this availability zone')
    .option('--server <server>', 'of this server, by name or id')
    .option('--tag <key=value>', 'with this tag; may be given several times', tag)
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: ListOptions) => list(cli, options));
  command
    .command('show')
    .summary('everything about a disk')
    .argument('<disk>', 'its name or id')
    .action((disk: string) => show(cli, disk));
}

interface ListOptions {
  readonly name?: string;
  readonly status?: string;
  readonly type?: string;
  readonly zone?: string;
  readonly server?: string;
  readonly tag?: readonly Tag[];
  readonly limit?: number;
}

async function list(cli: Cli, { zone, server, tag: tags, limit = DEFAULT_LIMIT, ...filter }: ListOptions): Promise<void> {
  const client = await cli.client();
  const serverId = server === undefined ? undefined : await serverCalled(client, server);
  const found = await listDisks(client, { ...filter, availabilityZone: zone, serverId, tags }, limit);
  showList(cli, 'disk', found, [
    { title: 'id', value: disk => disk.uuid },
    { title: 'name', value: disk => disk.name },
    { title: 'status', value: disk => disk.status },
    { title: 'size', value: disk => `${disk.size} GiB`, align: 'right' },
    { title: 'type', value: disk => disk.type },
    { title: 'zone', value: disk => disk.availabilityZone },
    { title: 'attached', value: attached },
  ]);
}

const attached = ({ attachments }: Disk): string =>
  attachments
    .map(({ server, device, readOnly }) => `${server?.name ?? '?'} ${device}${readOnly ? ' (read-only)' : ''}`)
    .join(', ');

/** Servers that take the disk with them when they are deleted. */
function goesWith({ attachments }: Disk): string {
  if (attachments.length === 0) return '';
  const servers = attachments.filter(({ deleteOnTermination }) => deleteOnTermination).map(({ server }) => server?.name ?? '?');
  return servers.length === 0 ? 'no server' : servers.join(', ');
}

async function show(cli: Cli, text: string): Promise<void> {
  const disk = await requireDisk(await cli.client(), text);
  cli.show(disk, () => details(cli, disk));
}

const details = (cli: Cli, disk: DiskDetails): string[] =>
  fields(
    [
      ['id', disk.uuid],
      ['name', disk.name],
      ['status', disk.status],
      ['damage', disk.damage],
      ['description', disk.description],
      ['size', `${disk.size} GiB`],
      ['type', disk.type],
      ['zone', disk.availabilityZone],
      ['attached', attached(disk)],
      ['goes with', goesWith(disk)],
      ['bootable', disk.bootable ? 'yes' : 'no'],
      ['read-only', disk.readOnly ? 'yes' : 'no'],
      ['shareable', disk.shareable ? 'yes' : 'no'],
      ['device type', disk.deviceType],
      ['file system', disk.fileSystem],
      ['image', disk.image?.name],
      ['snapshot', disk.snapshot?.name],
      ['tags', tagsText(disk.tags)],
      ['created', moment(disk.createdAt)],
    ],
    cli.style,
  );
