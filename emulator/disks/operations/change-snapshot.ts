import { z } from 'zod';
import { commonErrors, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { currentDisk } from '../disk-access.ts';
import { diskLocks, snapshotLock } from '../disk-locks.ts';
import { diskErrors as errors } from '../errors.ts';
import { deleteSnapshotJob } from '../jobs/delete-snapshot.ts';
import { rollBackDiskJob } from '../jobs/roll-back-disk.ts';
import { DiskDescription, DiskId, SnapshotId, SnapshotName } from '../rules.ts';
import { settleDisk } from '../settle-disk.ts';
import { settleSnapshot } from '../settle-snapshot.ts';
import { currentSnapshot, ownSnapshot } from '../snapshot-access.ts';

/** Renames or describes a snapshot. Source: compute 4.5. */
export const updateDiskSnapshot = defineOperation({
  name: 'disks.updateSnapshot',
  permission: 'evs:snapshots:update',
  access: 'write',
  input: z.object({ snapshotId: SnapshotId, name: SnapshotName.optional(), description: DiskDescription.nullish() }),
  invalid: errors.badParameter,
  errors: [errors.nameInvalid, errors.descriptionInvalid, errors.nothingToUpdate, errors.snapshotNotFound],
  async run({ cloud, caller, input: { snapshotId, name, description }, commit }) {
    refuse(name === undefined && description === undefined, errors.nothingToUpdate);
    await ownSnapshot(cloud, caller, snapshotId);
    return commit(async tx => {
      const { status } = await currentSnapshot(tx, snapshotId);
      const change = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description: description ?? '' }),
      };
      await settleSnapshot(tx, cloud, snapshotId, status, change);
      return { snapshotId };
    });
  },
});

/** Deletes a snapshot. The backup service has none that would have to be kept from users. Source: compute 4.5. */
export const deleteDiskSnapshot = defineOperation({
  name: 'disks.deleteSnapshot',
  permission: 'evs:snapshots:delete',
  access: 'write',
  input: z.object({ snapshotId: SnapshotId }),
  invalid: errors.badParameter,
  errors: [errors.snapshotNotFound, errors.snapshotStatusForDelete],
  async run({ cloud, caller, input: { snapshotId }, commit }) {
    requireHardware(cloud);
    await ownSnapshot(cloud, caller, snapshotId);
    return commit(async tx => {
      const { name, status, diskId } = await currentSnapshot(tx, snapshotId);
      const order = {
        input: { snapshotId, status },
        entities: { snapshot_id: snapshotId, volume_id: diskId, name },
        locks: [{ ...snapshotLock(snapshotId), conflict: errors.snapshotStatusForDelete }],
      };
      const job = await orderJob(tx, deleteSnapshotJob, order, { ids: cloud.ids, clock: cloud.clock, caller });
      await settleSnapshot(tx, cloud, snapshotId, 'DELETING', { error: errors.snapshotStatusForDelete });
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, snapshotId };
    });
  },
});

/** Takes a disk that no server has back to one of its snapshots: to the disk it was made of, and to no other. Source: compute 4.5. */
export const rollBackDisk = defineOperation({
  name: 'disks.rollBack',
  permission: 'evs:snapshots:rollback',
  access: 'write',
  input: z.object({
    snapshotId: SnapshotId,
    /** The snapshot's own; named only to be sure. */
    diskId: DiskId.nullish(),
  }),
  invalid: errors.badParameter,
  errors: [
    commonErrors.damagedDisk,
    errors.snapshotNotFound,
    errors.notTheSource,
    errors.diskBusy,
    errors.statusWrong,
    errors.snapshotUnavailable,
  ],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const { snapshotId } = input;
    const { diskId, name } = await ownSnapshot(cloud, caller, snapshotId);
    refuse(input.diskId != null && input.diskId !== diskId, errors.notTheSource, { field: 'diskId' });
    return commit(async tx => {
      const { damage } = await currentSnapshot(tx, snapshotId);
      refuse(damage !== null, commonErrors.damagedDisk, { message: `${commonErrors.damagedDisk.message} (${damage})` });
      const disk = await currentDisk(tx, diskId);
      const order = {
        input: { snapshotId, diskId, status: disk.status },
        entities: { snapshot_id: snapshotId, volume_id: diskId, name },
        locks: [...diskLocks(disk), snapshotLock(snapshotId)],
      };
      const job = await orderJob(tx, rollBackDiskJob, order, { ids: cloud.ids, clock: cloud.clock, caller });
      await settleDisk(tx, cloud, diskId, 'ROLLBACKING');
      await settleSnapshot(tx, cloud, snapshotId, 'ROLLBACKING');
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, diskId, snapshotId };
    });
  },
});
