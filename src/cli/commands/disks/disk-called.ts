import type { Client } from '../../../client/client.ts';
import { CliError } from '../../cli-error.ts';
import { idOf } from '../../find-by-name.ts';
import { listSnapshots } from '../../queries/disk-snapshots.ts';
import { type DiskDetails, findDisk, listDisks } from '../../queries/disks.ts';

/** Id of the disk with this name or id. */
export const diskCalled = (client: Client, text: string): Promise<string> =>
  idOf('disk', text, (name, limit) => listDisks(client, { name }, limit));

/** The disk with this name or id. Throws CliError where there is none. */
export async function requireDisk(client: Client, text: string): Promise<DiskDetails> {
  const disk = await findDisk(client, await diskCalled(client, text));
  if (!disk) throw new CliError('NOT_FOUND', `there is no disk ${text}`, { hints: ['see `cloudyard disks list`'] });
  return disk;
}

/** Id of the snapshot with this name or id. */
export const snapshotCalled = (client: Client, text: string): Promise<string> =>
  idOf('disk snapshot', text, (name, limit) => listSnapshots(client, { name }, limit), { see: 'disks snapshots' });
