import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { JobOrder } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import type { Transaction } from '../../transactions.ts';
import { currentDisk, type DiskWithAttachments, ownDisks } from '../disk-access.ts';
import { diskLock, snapshotLock } from '../disk-locks.ts';
import { diskErrors as errors } from '../errors.ts';
import { deleteDiskBatch, deleteDiskJob, deleteSingleDiskJob } from '../jobs/delete-disk.ts';
import { orderDiskJobs } from '../order-disk-jobs.ts';
import { DiskIds } from '../rules.ts';
import { settleDisk } from '../settle-disk.ts';

/**
 * Deletes disks that no server has. Their snapshots go with them, as in the native call; with `cascade: false`, as in Cinder, a disk that has
 * some stays. Backups stay. Source: compute 4.4, 4.7.
 */
export const deleteDisks = defineOperation({
  name: 'disks.delete',
  permission: 'evs:volumes:delete',
  access: 'write',
  input: z.object({ diskIds: DiskIds, cascade: z.boolean().default(true) }),
  invalid: errors.badParameter,
  errors: [
    errors.diskNotFound,
    errors.tooManyDisks,
    errors.diskBusy,
    errors.diskUnderBackup,
    errors.statusForDelete,
    errors.diskHasSnapshots,
    errors.snapshotUnavailable,
  ],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const diskIds = (await ownDisks(cloud, caller, input.diskIds)).map(({ id }) => id);
    return commit(async tx => {
      const disks: DiskWithAttachments[] = [];
      for (const id of diskIds) disks.push(await currentDisk(tx, id));
      const orders = [];
      for (const disk of disks) orders.push(await orderFor(tx, disk, input.cascade));
      const jobs = { single: deleteDiskJob, batch: deleteDiskBatch, part: deleteSingleDiskJob, orders };
      const jobId = await orderDiskJobs(tx, cloud, caller, jobs);
      for (const { id } of disks) await settleDisk(tx, cloud, id, 'DELETING', { error: errors.statusForDelete });
      return { jobId, diskIds };
    });
  },
});

interface Deletion {
  readonly diskId: string;
  readonly snapshotIds: string[];
  readonly status: DiskWithAttachments['status'];
}

async function orderFor(tx: Transaction, disk: DiskWithAttachments, cascade: boolean): Promise<JobOrder<Deletion>> {
  const { id: diskId, status, attachments, name, size, type } = disk;
  const snapshots = await tx.db.diskSnapshot.findMany({ where: { diskId }, select: { id: true } });
  const named = `(${diskId}: ${status})`;
  refuse(status === 'BACKING_UP', errors.diskUnderBackup, { message: `${errors.diskUnderBackup.message} ${named}` });
  refuse(attachments.length > 0, errors.statusForDelete, { message: `${errors.statusForDelete.message} ${named}` });
  refuse(snapshots.length > 0 && !cascade, errors.diskHasSnapshots, {
    message: `${errors.diskHasSnapshots.message} (${snapshots.length})`,
    field: 'cascade',
  });
  const snapshotIds = snapshots.map(({ id }) => id);
  return {
    input: { diskId, snapshotIds, status },
    entities: { volume_id: diskId, name, size, volume_type: type },
    locks: [diskLock(diskId), ...snapshotIds.map(snapshotLock)],
  };
}
