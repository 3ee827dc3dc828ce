import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { count, word } from '../../option-values.ts';
import { listServers, type Server, type ServerDetails, type ServerFilter, serverStatuses } from '../../queries/servers.ts';
import { moment } from '../../render/amounts.ts';
import { fields } from '../../render/table.ts';
import { tagsText } from '../../render/tags.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { imageCalled } from '../images/image-called.ts';
import { requireServer } from './server-called.ts';

export function defineReads(command: Command, cli: Cli): void {
  command
    .command('list')
    .summary('the tenant’s servers')
    .option('--name <text>', 'with this in their name')
    .option('--status <status>', 'build, active, shutoff, …', word(serverStatuses))
    .option('--flavor <flavor>', 'of this flavor')
    .option('--image <image>', 'launched from this image, by name or id')
    .option('--ip <text>', 'with this in an address')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: ListOptions) => list(cli, options));
  command
    .command('show')
    .summary('everything about a server')
    .argument('<server>', 'its name or id')
    .action((server: string) => show(cli, server));
}

interface ListOptions extends Pick<ServerFilter, 'name' | 'status' | 'ip'> {
  readonly flavor?: string;
  readonly image?: string;
  readonly limit?: number;
}

async function list(cli: Cli, { flavor, image, limit = DEFAULT_LIMIT, ...filter }: ListOptions): Promise<void> {
  const client = await cli.client();
  const imageId = image === undefined ? undefined : await imageCalled(client, image);
  const found = await listServers(client, { ...filter, flavorId: flavor, imageId }, limit);
  showList(cli, 'server', found, [
    { title: 'id', value: server => server.uuid },
    { title: 'name', value: server => server.name },
    { title: 'status', value: status },
    { title: 'flavor', value: server => server.flavor?.name },
    { title: 'image', value: server => server.imageName },
    { title: 'address', value: server => server.addresses.join(', ') },
    { title: 'ssh', value: ssh },
  ]);
}

const status = (server: Server): string => (server.taskState === null ? server.status : `${server.status} (${server.taskState})`);
const ssh = ({ sshPort }: Server): string => (sshPort === null ? '' : `127.0.0.1:${sshPort}`);

async function show(cli: Cli, text: string): Promise<void> {
  const server = await requireServer(await cli.client(), text);
  cli.show(server, () => details(cli, server));
}

const details = (cli: Cli, server: ServerDetails): string[] =>
  fields(
    [
      ['id', server.uuid],
      ['name', server.name],
      ['status', status(server)],
      ['fault', server.fault && `${server.fault.message} (${server.fault.code})`],
      ['description', server.description],
      ['hostname', server.hostname],
      ['flavor', server.flavor?.name],
      ['image', `${server.imageName} (${server.imageUuid})`],
      ['zone', `${server.region}, ${server.availabilityZone}`],
      ['address', server.addresses.join(', ')],
      ['ssh', ssh(server)],
      ['key pair', server.keyName],
      ['disks', server.disks.map(disk => `${disk.device ?? ''} ${disk.size} GiB ${disk.type}`.trim()).join(', ')],
      ['tags', tagsText(server.tags)],
      ['created', moment(server.createdAt)],
      ['launched', moment(server.launchedAt)],
    ],
    cli.style,
  );
