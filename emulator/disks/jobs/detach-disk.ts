import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { CloudError } from '../../errors.ts';
import { HardwareError } from '../../hardware/hardware.ts';
import { defineJob, type JobType, type StepContext } from '../../jobs/job-type.ts';
import { serverErrors as errors } from '../../servers/errors.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { DiskStatus } from '../../store/generated/enums.ts';
import type { Transaction } from '../../transactions.ts';
import { dataMounts } from '../attachments.ts';
import { serverDisk } from '../server-disk.ts';
import { restDisk, settleDisk } from '../settle-disk.ts';

const Input = z.object({
  serverId: z.string(),
  diskId: z.string(),
  force: z.boolean(),
  /** What the disk was before. */
  status: z.enum(DiskStatus).optional(),
});
type Input = z.infer<typeof Input>;
const State = z.object({});
type State = z.infer<typeof State>;
type Context = StepContext<Input, State>;

const type: Omit<JobType<Input, State>, 'name'> = {
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.diskInUse, errors.detachFailed],
  resources: ({ serverId, diskId }) => [serverId, diskId],
  steps: [
    {
      name: 'detach',
      weight: 1,
      seconds: 5,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await detach({ cloud, input });
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        const { serverId, diskId } = input;
        await tx.db.diskAttachment.deleteMany({ where: { diskId, serverId } });
        await settle(tx, cloud, input);
      },
      revert: bringBack,
    },
  ],
  async failed(tx, { cloud, input }) {
    await settle(tx, cloud, input);
  },
};

/**
 * Takes a disk away from a server. One that something in the server uses stays, unless forced. One job for cloud servers, the other for
 * bare-metal servers, whose service has no codes of its own for how it ends. Source of the names: compute 2.2; BMS API reference ("Querying
 * task statuses").
 */
export const detachDiskJob = defineJob<Input, State>({ ...type, name: 'detachVolume' });
export const detachMachineDiskJob = defineJob<Input, State>({ ...type, name: 'baremetalDetachVolume' });

/** One that was in an error stays in it: its bytes are the same. */
async function settle(tx: Transaction, cloud: Cloud, { diskId, status = 'IN_USE' }: Input): Promise<void> {
  if (status === 'IN_USE') await restDisk(tx, cloud, diskId);
  else await settleDisk(tx, cloud, diskId, status);
}

async function detach({ cloud, input: { serverId, diskId, force } }: Pick<Context, 'cloud' | 'input'>): Promise<void> {
  await orFail(errors.detachFailed, async () => {
    try {
      await cloud.hardware.detachDisk(serverId, serverDisk(diskId), { force });
    } catch (cause) {
      const isBusy = cause instanceof HardwareError && cause.problem === 'busy';
      throw isBusy ? new CloudError(errors.diskInUse, { cause }) : cause;
    }
  });
}

/** The server has it as before. */
async function bringBack({ cloud, input: { serverId, diskId } }: Context): Promise<void> {
  const attachments = await cloud.database.read.diskAttachment.findMany({
    where: { serverId, diskId },
    include: { disk: true },
  });
  for (const mount of dataMounts(attachments)) await cloud.hardware.attachDisk(serverId, mount);
}
