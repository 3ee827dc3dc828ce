import { z } from 'zod';
import { defineJob, type StepContext } from '../../jobs/job-type.ts';
import { SnapshotStatus } from '../../store/generated/enums.ts';
import { removeBytes } from '../remove-bytes.ts';
import { snapshotDisk } from '../server-disk.ts';
import { forgetSnapshots, settleSnapshot } from '../settle-snapshot.ts';

const Input = z.object({
  snapshotId: z.string(),
  /** What it was before; it is that again if the job is cancelled. */
  status: z.enum(SnapshotStatus),
});
type Input = z.infer<typeof Input>;
const State = z.object({});
type State = z.infer<typeof State>;

/** Deletes a snapshot. Disks that were made of it stay: they share its bytes as long as they need them. */
export const deleteSnapshotJob = defineJob<Input, State>({
  name: 'deleteSnapshot',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [],
  resources: ({ snapshotId }) => [snapshotId],
  steps: [
    {
      name: 'record',
      weight: 1,
      seconds: 1,
      async commit(tx, { input }) {
        await forgetSnapshots(tx, { id: input.snapshotId });
      },
    },
    {
      name: 'bytes',
      weight: 2,
      seconds: 3,
      final: true,
      async run(context) {
        await context.cloud.reconciler.hardwareReady(context.signal);
        await removeSnapshot(context);
        return undefined;
      },
      revert: removeSnapshot,
    },
  ],
  async failed(tx, { cloud, input: { snapshotId, status } }) {
    const isThere = await tx.db.diskSnapshot.findUnique({ where: { id: snapshotId } });
    if (isThere) await settleSnapshot(tx, cloud, snapshotId, status);
  },
});

/** Only once it is gone for everyone. */
async function removeSnapshot({ cloud, input: { snapshotId } }: StepContext<Input, State>): Promise<void> {
  const isThere = await cloud.database.read.diskSnapshot.findUnique({ where: { id: snapshotId } });
  if (!isThere) await removeBytes(cloud, [snapshotDisk(snapshotId)]);
}
