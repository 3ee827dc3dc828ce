import { z } from 'zod';
import { defineJob, type JobType, type StepContext } from '../../jobs/job-type.ts';
import { defineBatch } from '../../servers/order-batch.ts';
import { DiskStatus } from '../../store/generated/enums.ts';
import { forgetDisks } from '../leave-disks.ts';
import { removeBytes } from '../remove-bytes.ts';
import { serverDisk, snapshotDisk } from '../server-disk.ts';
import { settleDisk } from '../settle-disk.ts';

const Input = z.object({
  diskId: z.string(),
  /** They go with it. */
  snapshotIds: z.array(z.string()),
  /** What it was before; it is that again if the job is cancelled. */
  status: z.enum(DiskStatus),
});
type Input = z.infer<typeof Input>;
const State = z.object({});
type State = z.infer<typeof State>;

const type: Omit<JobType<Input, State>, 'name'> = {
  queue: 'launch',
  input: Input,
  state: State,
  errors: [],
  resources: ({ diskId }) => [diskId],
  steps: [
    {
      name: 'record',
      weight: 1,
      seconds: 1,
      async commit(tx, { input }) {
        await forgetDisks(tx, [input.diskId]);
      },
    },
    {
      name: 'bytes',
      weight: 2,
      seconds: 3,
      final: true,
      async run(context) {
        await context.cloud.reconciler.hardwareReady(context.signal);
        await removeDisk(context);
        return undefined;
      },
      revert: removeDisk,
    },
  ],
  async failed(tx, { cloud, input: { diskId, status } }) {
    const isThere = await tx.db.disk.findUnique({ where: { id: diskId } });
    if (isThere) await settleDisk(tx, cloud, diskId, status);
  },
};

/**
 * Deletes a disk with its snapshots: first the rows, then, when nobody can find them any more, the bytes. One job for one disk, the other for
 * one of several.
 */
export const deleteDiskJob = defineJob<Input, State>({ ...type, name: 'deleteVolume' });
export const deleteSingleDiskJob = defineJob<Input, State>({ ...type, name: 'deleteSingleVolume' });
export const deleteDiskBatch = defineBatch('bulkDeleteVolume');

/** Only once the disk is gone for everyone. */
async function removeDisk({ cloud, input: { diskId, snapshotIds } }: StepContext<Input, State>): Promise<void> {
  const isThere = await cloud.database.read.disk.findUnique({ where: { id: diskId } });
  if (isThere) return;
  await removeBytes(cloud, [serverDisk(diskId), ...snapshotIds.map(snapshotDisk)]);
}
