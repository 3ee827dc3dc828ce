import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { UsageError } from '../../cli-error.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { distinct, gibibytes, word, yesOrNo } from '../../option-values.ts';
import * as disks from '../../queries/disks.ts';
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
    .command('update')
    .summary('change what else can be changed of a disk')
    .argument('<disk>', 'its name or id')
    .option('--description <words>', 'other words')
    .option('--read-only <yes|no>', 'whether servers may only read it; while none has it', yesOrNo)
    .option('--bootable <yes|no>', 'whether a system is said to be on it', yesOrNo)
    .action((disk: string, options: UpdateOptions) => update(cli, disk, options));
  command
    .command('delete')
    .summary('delete disks with their snapshots')
    .argument('<disks...>', 'their names or ids', distinct)
    .option('--no-cascade', 'refuse it where there are snapshots')
    .option('--no-wait', 'do not wait until their bytes are freed')
    .action((names: string[], options: DeleteOptions) => remove(cli, names, options));
}

async function extend(cli: Cli, text: string, size: number, wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const diskId = await diskCalled(client, text);
  const payload = await disks.extendDisk(client, diskId, size);
  await finishJob(cli, payload, wait, {
    refresh: async before => ({ ...before, disk: await disks.findDisk(client, diskId) }),
    lines: () => [`disk ${text} has ${size} GiB`],
  });
}

async function retype(cli: Cli, text: string, type: string, wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const diskId = await diskCalled(client, text);
  const payload = await disks.retypeDisk(client, diskId, type);
  await finishJob(cli, payload, wait, {
    refresh: async before => ({ ...before, disk: await disks.findDisk(client, diskId) }),
    lines: () => [`disk ${text} has type ${type}`],
  });
}

async function rename(cli: Cli, text: string, name: string): Promise<void> {
  const client = await cli.client();
  const payload = await disks.updateDisk(client, { diskId: await diskCalled(client, text), name });
  cli.show(payload, () => [`disk ${text} is called ${name}`]);
}

interface UpdateOptions {
  readonly description?: string;
  readonly readOnly?: boolean;
  readonly bootable?: boolean;
}

/** The disk service has a call for each; those that its status may refuse go first. */
async function update(cli: Cli, text: string, { description, readOnly, bootable }: UpdateOptions): Promise<void> {
  if ([description, readOnly, bootable].every(change => change === undefined))
    throw new UsageError('nothing to change: say what with an option');
  const client = await cli.client();
  const diskId = await diskCalled(client, text);
  let payload: disks.UpdatedDisk | undefined;
  if (readOnly !== undefined) payload = await disks.setDiskReadOnly(client, { diskId, readOnly });
  if (bootable !== undefined) payload = await disks.setDiskBootable(client, { diskId, bootable });
  if (description !== undefined) payload = await disks.updateDisk(client, { diskId, description });
  cli.show(payload, () => [`disk ${text} is changed`]);
}

interface DeleteOptions extends WaitOption {
  /** False for `--no-cascade`. */
  readonly cascade: boolean;
}

async function remove(cli: Cli, names: readonly string[], { cascade, wait }: DeleteOptions): Promise<void> {
  const client = await cli.client();
  const ids = await Promise.all(names.map(name => diskCalled(client, name)));
  const payload = await disks.deleteDisks(client, ids, cascade);
  await finishJob(cli, payload, { wait }, { lines: () => names.map(name => `disk ${name} is deleted`) });
}
