import type { Command } from 'commander';
import type { Cli } from '../../cli.ts';
import { UsageError } from '../../cli-error.ts';
import { finishJob, type WaitOption } from '../../jobs/await-job.ts';
import { count } from '../../option-values.ts';
import {
  createSnapshot,
  deleteSnapshot,
  findSnapshot,
  listSnapshots,
  rollBack,
  type SnapshotUpdate,
  updateSnapshot,
} from '../../queries/disk-snapshots.ts';
import { moment } from '../../render/amounts.ts';
import { DEFAULT_LIMIT, showList } from '../../show-list.ts';
import { diskCalled, snapshotCalled } from './disk-called.ts';

export function defineSnapshots(command: Command, cli: Cli): void {
  command
    .command('snapshots')
    .summary('the tenant’s snapshots')
    .option('--disk <disk>', 'of this disk, by name or id')
    .option('--limit <count>', `how many at most (default: ${DEFAULT_LIMIT})`, count)
    .action((options: ListOptions) => list(cli, options));
  command
    .command('snapshot')
    .summary('keep what a disk holds now')
    .argument('<disk>', 'its name or id')
    .argument('<name>', 'name of the snapshot')
    .option('--description <words>', 'words of yours')
    .option('--no-wait', 'do not wait until it is there')
    .action((disk: string, name: string, options: CreateOptions) => create(cli, disk, name, options));
  command
    .command('rollback')
    .summary('take a disk that no server has back to its snapshot')
    .argument('<snapshot>', 'its name or id')
    .option('--no-wait', 'do not wait until it is done')
    .action((snapshot: string, options: WaitOption) => takeBack(cli, snapshot, options));
  command
    .command('update-snapshot')
    .summary('give a snapshot another name or other words')
    .argument('<snapshot>', 'its name or id')
    .option('--name <name>', 'another name')
    .option('--description <words>', 'other words')
    .action((snapshot: string, options: UpdateOptions) => update(cli, snapshot, options));
  command
    .command('delete-snapshot')
    .summary('delete a snapshot; disks that came from it stay')
    .argument('<snapshot>', 'its name or id')
    .option('--no-wait', 'do not wait until its bytes are freed')
    .action((snapshot: string, options: WaitOption) => remove(cli, snapshot, options));
}

interface ListOptions {
  readonly disk?: string;
  readonly limit?: number;
}

async function list(cli: Cli, { disk, limit = DEFAULT_LIMIT }: ListOptions): Promise<void> {
  const client = await cli.client();
  const diskId = disk === undefined ? undefined : await diskCalled(client, disk);
  showList(cli, 'snapshot', await listSnapshots(client, { diskId }, limit), [
    { title: 'id', value: snapshot => snapshot.uuid },
    { title: 'name', value: snapshot => snapshot.name },
    { title: 'status', value: snapshot => snapshot.status },
    { title: 'size', value: snapshot => `${snapshot.size} GiB`, align: 'right' },
    { title: 'disk', value: snapshot => snapshot.disk?.name },
    { title: 'created', value: snapshot => moment(snapshot.createdAt) },
  ]);
}

interface CreateOptions extends WaitOption {
  readonly description?: string;
}

async function create(cli: Cli, disk: string, name: string, options: CreateOptions): Promise<void> {
  const client = await cli.client();
  const diskId = await diskCalled(client, disk);
  const payload = await createSnapshot(client, { diskId, name, description: options.description });
  await finishJob(cli, payload, options, {
    refresh: async before => ({ ...before, snapshot: before.snapshot && (await findSnapshot(client, before.snapshot.uuid)) }),
    lines: ({ snapshot }) => [`snapshot ${name} of ${disk} is there: ${snapshot?.uuid ?? ''}`],
  });
}

async function takeBack(cli: Cli, text: string, wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const payload = await rollBack(client, await snapshotCalled(client, text));
  await finishJob(cli, payload, wait, {
    refresh: async before => ({ ...before, snapshot: before.snapshot && (await findSnapshot(client, before.snapshot.uuid)) }),
    lines: ({ snapshot }) => [`disk ${snapshot?.disk?.name ?? ''} is as it was at ${text}`],
  });
}

type UpdateOptions = Omit<SnapshotUpdate, 'snapshotId'>;

async function update(cli: Cli, text: string, changes: UpdateOptions): Promise<void> {
  if (Object.keys(changes).length === 0) throw new UsageError('nothing to change: say what with an option');
  const client = await cli.client();
  const payload = await updateSnapshot(client, { ...changes, snapshotId: await snapshotCalled(client, text) });
  cli.show(payload, () => [`snapshot ${payload.snapshot.name} is changed`]);
}

async function remove(cli: Cli, text: string, wait: WaitOption): Promise<void> {
  const client = await cli.client();
  const payload = await deleteSnapshot(client, await snapshotCalled(client, text));
  await finishJob(cli, payload, wait, { lines: () => [`snapshot ${text} is deleted`] });
}
