import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { yesOrNo } from '../../option-values.ts';
import { attachDisk, type Disk, type DiskChange, detachDisk, findDisk, updateAttachment } from '../../queries/disks.ts';
import { serverCalled } from '../servers/server-called.ts';
import { diskCalled } from './disk-called.ts';

export function defineAttach(command: Command, cli: Cli): void {
  command
    .command('attach')
    .summary('attach a disk to a server, running or off')
    .argument('<disk>', 'its name or id')
    .argument('<server>', 'name or id of the server')
    .option('--device <device>', 'where the server finds it: /dev/vdc')
    .option('--read-only', 'the server may only read it')
    .option('--format', 'make an empty ext4 on it first, if it holds nothing')
    .option('--no-wait', 'do not wait until it is there')
    .action((disk: string, server: string, options: AttachOptions) => attach(cli, disk, server, options));
  command
    .command('detach')
    .summary('take a data disk away from a server')
    .argument('<disk>', 'its name or id')
    .argument('<server>', 'name or id of the server')
    .option('--force', 'also if something in the server uses it')
    .option('--no-wait', 'do not wait until it is gone')
    .action((disk: string, server: string, options: DetachOptions) => detach(cli, disk, server, options));
  command
    .command('update-attachment')
    .summary('say whether a data disk goes with its server')
    .argument('<disk>', 'its name or id')
    .argument('<server>', 'name or id of the server')
    .requiredOption('--delete-with-server <yes|no>', 'whether it is deleted with the server', yesOrNo)
    .action((disk: string, server: string, options: { deleteWithServer: boolean }) =>
      goWithServer(cli, disk, server, options.deleteWithServer),
    );
}

interface AttachOptions extends WaitOption {
  readonly device?: string;
  readonly readOnly?: boolean;
  readonly format?: boolean;
}

async function attach(cli: Cli, disk: string, server: string, options: AttachOptions): Promise<void> {
  const client = await cli.client();
  const [diskId, serverId] = await Promise.all([diskCalled(client, disk), serverCalled(client, server)]);
  const { device, readOnly, format } = options;
  const payload = await attachDisk(client, { diskId, serverId, device, readOnly, fileSystem: format ? 'EXT4' : undefined });
  await finishJob(cli, payload, options, {
    refresh: async before => ({ ...before, disk: await findDisk(client, before.disk?.uuid ?? diskId) }),
    lines: change => [`disk ${disk} is at ${deviceIn(change) ?? 'a device'} of ${server}`],
  });
}

/** The disk was attached last there. */
const deviceIn = ({ disk }: DiskChange): Disk['attachments'][number]['device'] | undefined => disk?.attachments.at(-1)?.device;

interface DetachOptions extends WaitOption {
  readonly force?: boolean;
}

async function detach(cli: Cli, disk: string, server: string, options: DetachOptions): Promise<void> {
  const client = await cli.client();
  const [diskId, serverId] = await Promise.all([diskCalled(client, disk), serverCalled(client, server)]);
  const payload = await detachDisk(client, { diskId, serverId, force: options.force });
  await finishJob(cli, payload, options, {
    refresh: async before => ({ ...before, disk: await findDisk(client, diskId) }),
    lines: () => [`disk ${disk} is detached from ${server}`],
  });
}

async function goWithServer(cli: Cli, disk: string, server: string, deleteOnTermination: boolean): Promise<void> {
  const client = await cli.client();
  const [diskId, serverId] = await Promise.all([diskCalled(client, disk), serverCalled(client, server)]);
  const payload = await updateAttachment(client, { diskId, serverId, deleteOnTermination });
  cli.show(payload, () => [
    `disk ${disk} ${deleteOnTermination ? `goes with ${server} when that` : `stays when ${server}`} is deleted`,
  ]);
}
