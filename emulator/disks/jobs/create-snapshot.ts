import { z } from 'zod';
import { ensure } from '../../errors.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { diskErrors as errors } from '../errors.ts';
import { releaseSources } from '../release-sources.ts';
import { serverDisk, snapshotDisk } from '../server-disk.ts';
import { forgetSnapshots, settleSnapshot } from '../settle-snapshot.ts';

const Input = z.object({ snapshotId: z.string(), diskId: z.string() });
const State = z.object({ checksum: z.string() }).partial();

/**
 * Makes a snapshot of a disk: what it holds at one moment (a server that has it is frozen for milliseconds at most), then every byte of that
 * read and summed, while the disk and its servers are free for other jobs. The disk keeps its status, as in Cinder (upstream). If it is deleted
 * with its server meanwhile, its snapshots go with it, this one too.
 */
export const createSnapshotJob = defineJob<z.infer<typeof Input>, z.infer<typeof State>>({
  name: 'createSnapshot',
  queue: 'copy',
  input: Input,
  state: State,
  errors: [errors.snapshotNotCreated],
  resources: ({ snapshotId, diskId }) => [snapshotId, diskId],
  steps: [
    {
      name: 'snapshot',
      weight: 1,
      seconds: 5,
      async run({ cloud, input: { snapshotId, diskId }, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const copies = [{ source: serverDisk(diskId), target: snapshotDisk(snapshotId) }];
        await orFail(errors.snapshotNotCreated, () => cloud.hardware.snapshot(copies));
        return undefined;
      },
      commit: (tx, { cloud, job }) => releaseSources(tx, cloud, job.id),
      revert: ({ cloud, input }) => cloud.hardware.disks.remove(snapshotDisk(input.snapshotId)),
    },
    {
      name: 'verify',
      weight: 8,
      seconds: 20,
      async run({ cloud, input, report, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const disk = snapshotDisk(input.snapshotId);
        return orFail(errors.snapshotNotCreated, async () => {
          const read = () => cloud.hardware.disks.checksum(disk, { onProgress: report, signal });
          return { checksum: await cloud.wholeDiskReads.run(read) };
        });
      },
      async commit(tx, { cloud, input, state: { checksum = null } }) {
        const isThere = await tx.db.diskSnapshot.findUnique({ where: { id: input.snapshotId }, select: { id: true } });
        ensure(isThere, errors.snapshotNotCreated, {
          message: `${errors.snapshotNotCreated.message} (its disk has been deleted)`,
        });
        await settleSnapshot(tx, cloud, input.snapshotId, 'AVAILABLE', { checksum });
      },
    },
  ],
  /** Nothing half-made stays: its record goes, too. */
  async failed(tx, { cloud, input: { snapshotId } }) {
    const isThere = await tx.db.diskSnapshot.findUnique({ where: { id: snapshotId }, select: { id: true } });
    if (!isThere) return;
    await settleSnapshot(tx, cloud, snapshotId, 'ERROR');
    await forgetSnapshots(tx, { id: snapshotId });
  },
});
