import { z } from 'zod';
import { defineJob, type StepContext } from '../../jobs/job-type.ts';
import { releaseQuota } from '../../quotas.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { DiskStatus } from '../../store/generated/enums.ts';
import { GIB } from '../../units.ts';
import { diskErrors as errors } from '../errors.ts';
import { serverDisk } from '../server-disk.ts';
import { changeDisk, restDisk, settleDisk } from '../settle-disk.ts';

const Input = z.object({
  diskId: z.string(),
  /** GiB */
  fromSize: z.number(),
  toSize: z.number(),
  /** What it was before. */
  status: z.enum(DiskStatus).optional(),
});
type Input = z.infer<typeof Input>;
const State = z.object({});
type State = z.infer<typeof State>;

/**
 * Makes a disk larger, with the file system on it. A disk never becomes smaller again: if the job fails after that, the disk keeps its new size
 * in ERROR_EXTENDING. The difference counts against the quota from the order on.
 */
export const extendDiskJob = defineJob<Input, State>({
  name: 'extendVolume',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.diskNotExtended],
  resources: ({ diskId }) => [diskId],
  steps: [
    {
      name: 'grow',
      weight: 1,
      seconds: 5,
      final: true,
      async run({ cloud, input: { diskId, toSize }, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await orFail(errors.diskNotExtended, () => cloud.hardware.growDisk(serverDisk(diskId), toSize * GIB));
        return undefined;
      },
      async commit(tx, { cloud, input: { diskId, toSize } }) {
        await restDisk(tx, cloud, diskId, { size: toSize });
      },
      revert: recordGrowth,
    },
  ],
  async failed(tx, { cloud, job, input: { diskId, fromSize, toSize, status } }) {
    const { size } = await tx.db.disk.findUniqueOrThrow({ where: { id: diskId } });
    if (size === toSize) {
      await settleDisk(tx, cloud, diskId, 'ERROR_EXTENDING');
      return;
    }
    if (status === 'ERROR_EXTENDING') await settleDisk(tx, cloud, diskId, status);
    else await restDisk(tx, cloud, diskId);
    await releaseQuota(tx, { tenantId: job.tenantId, resource: 'diskGigabytes', amount: toSize - fromSize });
  },
});

/** What has grown cannot be taken back: then the row says so, too. */
async function recordGrowth({ cloud, input: { diskId, toSize } }: StepContext<Input, State>): Promise<void> {
  const found = await cloud.hardware.disks.stat(serverDisk(diskId));
  if (found?.size === toSize * GIB) await cloud.transactions.run(tx => changeDisk(tx, cloud, diskId, { size: toSize }));
}
