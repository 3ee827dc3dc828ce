import { z } from 'zod';
import { commonErrors } from '../../errors.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { DiskStatus } from '../../store/generated/enums.ts';
import { requireDisk } from '../disk-access.ts';
import { diskErrors as errors } from '../errors.ts';
import { makeDisks, requireBytes } from '../make-disks.ts';
import { serverDisk, snapshotDisk } from '../server-disk.ts';
import { settleDisk } from '../settle-disk.ts';
import { settleSnapshot } from '../settle-snapshot.ts';

const Input = z.object({
  snapshotId: z.string(),
  diskId: z.string(),
  /** What the disk was before; it is that again if nothing was begun. */
  status: z.enum(DiskStatus).default('AVAILABLE'),
});
const State = z.object({});

/**
 * Takes a disk back to one of its snapshots. It keeps its size, also where it has been extended since. If this breaks off once it has begun, what
 * the disk holds is not to be trusted: ERROR_ROLLBACKING, from where it can be taken back again.
 */
export const rollBackDiskJob = defineJob<z.infer<typeof Input>, z.infer<typeof State>>({
  name: 'rollbackSnapshot',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.snapshotNotRolledBack, commonErrors.damagedDisk],
  resources: ({ snapshotId, diskId }) => [snapshotId, diskId],
  steps: [
    {
      name: 'prepare',
      weight: 1,
      seconds: 1,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await requireBytes(cloud.hardware, [snapshotDisk(input.snapshotId)]);
        return undefined;
      },
    },
    {
      name: 'copy',
      weight: 4,
      seconds: 10,
      final: true,
      async run({ cloud, input: { snapshotId, diskId }, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const { size } = await requireDisk(cloud, diskId);
        const wanted = { disk: serverDisk(diskId), source: snapshotDisk(snapshotId), size, fileSystem: null };
        await orFail(errors.snapshotNotRolledBack, () => makeDisks(cloud.hardware, [wanted]));
        return undefined;
      },
      async commit(tx, { cloud, input: { snapshotId, diskId } }) {
        await settleSnapshot(tx, cloud, snapshotId, 'AVAILABLE');
        await settleDisk(tx, cloud, diskId, 'AVAILABLE', { damage: null });
      },
    },
  ],
  async failed(tx, { cloud, job, input: { snapshotId, diskId, status } }) {
    await settleSnapshot(tx, cloud, snapshotId, 'AVAILABLE');
    await settleDisk(tx, cloud, diskId, job.step === 0 ? status : 'ERROR_ROLLBACKING');
  },
});
