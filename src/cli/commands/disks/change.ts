import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { gibibytes, word } from '../../option-values.ts';
import { deleteDisks, extendDisk, findDisk, renameDisk, retypeDisk } from '../../queries/disks.ts';
import { diskTypes } from '../../queries/servers.ts';
import { diskCalled } from './disk-called.ts';

export function defineChanges(command: Command, cli: Cli): void {
  command
    .command('extend')
    .summary('make a disk larger')
    .argument('<disk>', 'its name or id')
    .argument('<GiB>', 'the new size', gibibytes)
    .option('--no-wait', 'do not wait until it is done')
    .action((disk: string, size: number, options: WaitOption) => extend(cli, disk, size, options));
  command
    .command('retype')
    .summary('give a disk a higher type')
    .argument('<disk>', 'its name or id')
    .argument('<type>', 'sas, gpssd, ssd or essd', word(diskTypes))
    .option('--no-wait', 'do not wait until it is done')
    .action((disk: string, type: string, options: WaitOption) => retype(cli, disk, type, options));
  command
    .command('rename')
    .summary('give a disk another name')
    .argument('<disk>', 'its name or id')
    .argument('<name>', 'the new name')
    .action((disk: string, name: string) => rename(cli, disk, name));
  command
    .command('delete')
    .summary('delete disks with their snapshots')
    .argument('<disks...>', 'their names or ids')
    .option('--no-wait', 'do not wait until their bytes are freed')
    .action((disks: string[], options: WaitOption) => remove(cli, disks, options));
}

async function extend(cli: Cli, text: string, size: number, wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const diskId = await diskCalled(client, text);
  const payload = await extendDisk(client, diskId, size);
  await finishJob(cli, payload, wait, {
    refresh: async before => ({ ...before, disk: await findDisk(client, diskId) }),
    lines: () => [`disk ${text} has ${size} GiB`],
  });
}

async function retype(cli: Cli, text: string, type: string, wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const diskId = await diskCalled(client, text);
  const payload = await retypeDisk(client, diskId, type);
  await finishJob(cli, payload, wait, {
    refresh: async before => ({ ...before, disk: await findDisk(client, diskId) }),
    lines: () => [`disk ${text} is a ${type}`],
  });
}

async function rename(cli: Cli, text: string, name: string): Promise<void> {
  const client = await cli.client();
  const payload = await renameDisk(client, await diskCalled(client, text), name);
  cli.show(payload, () => [`disk ${text} is called ${name}`]);
}

async function remove(cli: Cli, disks: readonly string[], wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const ids = await Promise.all(disks.map(disk => diskCalled(client, disk)));
  const payload = await deleteDisks(client, ids);
  await finishJob(cli, payload, wait, { lines: () => disks.map(disk => `disk ${disk} is deleted`) });
}
