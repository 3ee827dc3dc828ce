import { z } from 'zod';
import { CloudError } from '../../errors.ts';
import { HardwareError } from '../../hardware/hardware.ts';
import { defineJob, type StepContext } from '../../jobs/job-type.ts';
import { serverErrors as errors } from '../../servers/errors.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { dataMounts } from '../attachments.ts';
import { serverDisk } from '../server-disk.ts';
import { restDisk } from '../settle-disk.ts';

const Input = z.object({ serverId: z.string(), diskId: z.string(), force: z.boolean() });
type Input = z.infer<typeof Input>;
const State = z.object({});
type State = z.infer<typeof State>;
type Context = StepContext<Input, State>;

/** Takes a disk away from a server. One that something in the server uses stays, unless forced. */
export const detachDiskJob = defineJob<Input, State>({
  name: 'detachVolume',
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
      async commit(tx, { cloud, input: { serverId, diskId } }) {
        await tx.db.diskAttachment.deleteMany({ where: { diskId, serverId } });
        await restDisk(tx, cloud, diskId);
      },
      revert: bringBack,
    },
  ],
  async failed(tx, { cloud, input }) {
    await restDisk(tx, cloud, input.diskId);
  },
});

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
