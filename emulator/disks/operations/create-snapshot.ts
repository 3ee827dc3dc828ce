import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { takeQuota } from '../../quotas.ts';
import type { Disk } from '../../store/generated/client.ts';
import { currentDisk, ownDisk } from '../disk-access.ts';
import { diskLocks, snapshotLock } from '../disk-locks.ts';
import { diskErrors as errors } from '../errors.ts';
import { createSnapshotJob } from '../jobs/create-snapshot.ts';
import { DiskDescription, DiskId, SnapshotName } from '../rules.ts';
import { emitSnapshot } from '../snapshot-events.ts';

/** In these statuses a disk is whole. That Cinder asks for `force` where a server has it is a matter of that front end (compute 4.5). */
const WHOLE: readonly Disk['status'][] = ['AVAILABLE', 'IN_USE'];

/** Orders a snapshot of a disk, in a running server or not. It is there at once, CREATING. Source: compute 4.5. */
export const createDiskSnapshot = defineOperation({
  name: 'disks.createSnapshot',
  permission: 'evs:snapshots:create',
  access: 'write',
  input: z.object({ diskId: DiskId, name: SnapshotName, description: DiskDescription.nullish() }),
  invalid: errors.badParameter,
  errors: [
    errors.nameInvalid,
    errors.descriptionInvalid,
    errors.diskNotFound,
    errors.diskBusy,
    errors.statusWrong,
    errors.snapshotQuotaUsedUp,
    errors.snapshotGigabytesUsedUp,
  ],
  async run({ cloud, caller, input: { diskId, name, description }, commit }) {
    requireHardware(cloud);
    await ownDisk(cloud, caller, diskId);
    return commit(async tx => {
      const disk = await currentDisk(tx, diskId);
      const { tenantId, size, bootable, status } = disk;
      await takeQuota(tx, cloud.config, { tenantId, resource: 'snapshots', amount: 1 }, errors.snapshotQuotaUsedUp);
      // As Cinder counts them: what a snapshot keeps can become as much as its disk held.
      const kept = { tenantId, resource: 'diskGigabytes', amount: size } as const;
      await takeQuota(tx, cloud.config, kept, errors.snapshotGigabytesUsedUp);
      const now = cloud.clock.now();
      const about = { tenantId, diskId, name, description: description ?? '', size, bootable };
      const snapshot = await tx.db.diskSnapshot.create({
        data: { id: cloud.ids.uuid(), ...about, status: 'CREATING', createdAt: now, updatedAt: now },
      });
      emitSnapshot(tx, 'snapshot.created', snapshot);
      const order = {
        input: { snapshotId: snapshot.id, diskId },
        entities: { snapshot_id: snapshot.id, volume_id: diskId, name },
        locks: [...diskLocks(disk), snapshotLock(snapshot.id)],
      };
      const job = await orderJob(tx, createSnapshotJob, order, { ids: cloud.ids, clock: cloud.clock, caller });
      refuse(!WHOLE.includes(status), errors.statusWrong, { message: `${errors.statusWrong.message} (${status})` });
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, snapshotId: snapshot.id, diskId };
    });
  },
});
