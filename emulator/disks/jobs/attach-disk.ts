import { z } from 'zod';
import type { ErrorCode } from '../../errors.ts';
import { defineJob, type JobType, type StepContext } from '../../jobs/job-type.ts';
import { bareMetalErrors } from '../../servers/bare-metal/errors.ts';
import { serverErrors } from '../../servers/errors.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { serverDisk } from '../server-disk.ts';
import { restDisk } from '../settle-disk.ts';

const Input = z.object({
  serverId: z.string(),
  diskId: z.string(),
  device: z.string(),
  /** As the server gets it, whether by the attachment's will or the disk's. */
  readOnly: z.boolean(),
  /** To be made on the disk first, if it is empty. */
  fileSystem: z.enum(['EXT4']).nullable(),
});
type Input = z.infer<typeof Input>;
const State = z.object({});
type State = z.infer<typeof State>;

/** One job for cloud servers, the other for bare-metal servers, each with the code of its service. Source of the names: compute 2.2, 3.1. */
export const attachDiskJob = defineAttach('attachVolume', serverErrors.attachFailed);
export const attachMachineDiskJob = defineAttach('baremetalAttachVolume', bareMetalErrors.attachFailed);

/**
 * Attaches a disk to a server, running or stopped. Its attachment has a row from the order on, which keeps the device for it; a stopped server
 * finds the disk at its next start.
 */
function defineAttach(name: string, attachFailed: ErrorCode): JobType<Input, State> {
  return defineJob<Input, State>({
    name,
    queue: 'launch',
    input: Input,
    state: State,
    errors: [attachFailed],
    resources: ({ serverId, diskId }) => [serverId, diskId],
    steps: [
      {
        name: 'format',
        weight: 1,
        seconds: 2,
        async run({ cloud, input, signal }) {
          await cloud.reconciler.hardwareReady(signal);
          if (input.fileSystem !== null) await orFail(attachFailed, () => cloud.hardware.formatDisk(serverDisk(input.diskId)));
          return undefined;
        },
      },
      {
        name: 'attach',
        weight: 2,
        seconds: 5,
        async run({ cloud, input, signal }) {
          await cloud.reconciler.hardwareReady(signal);
          const { serverId, diskId, device, readOnly } = input;
          const mount = { disk: serverDisk(diskId), device, readOnly };
          await orFail(attachFailed, () => cloud.hardware.attachDisk(serverId, mount));
          return undefined;
        },
        async commit(tx, { cloud, input: { diskId, fileSystem } }) {
          await restDisk(tx, cloud, diskId, fileSystem === null ? {} : { fileSystem });
        },
        revert: takeAway,
      },
    ],
    async failed(tx, { cloud, input: { serverId, diskId } }) {
      await tx.db.diskAttachment.deleteMany({ where: { diskId, serverId } });
      await restDisk(tx, cloud, diskId);
    },
  });
}

/** Nobody has been told that the disk is there: whatever has begun to use it gives way. */
function takeAway({ cloud, input: { serverId, diskId } }: StepContext<Input, State>): Promise<void> {
  return cloud.hardware.detachDisk(serverId, serverDisk(diskId), { force: true });
}
