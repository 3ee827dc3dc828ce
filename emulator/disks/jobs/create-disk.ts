import { z } from 'zod';
import { defineJob, type StepContext } from '../../jobs/job-type.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { defineBatch } from '../../servers/order-batch.ts';
import { type DiskSource, diskSource } from '../disk-source.ts';
import { diskErrors as errors } from '../errors.ts';
import { forgetDisks } from '../leave-disks.ts';
import { makeDisks } from '../make-disks.ts';
import { serverDisk } from '../server-disk.ts';
import { restDisk, settleDisk } from '../settle-disk.ts';

const Input = z.object({
  diskId: z.string(),
  regionId: z.string(),
  imageId: z.string().nullable(),
  snapshotId: z.string().nullable(),
  backupId: z.string().nullable(),
  /** GiB */
  size: z.number(),
  fileSystem: z.enum(['EXT4']).nullable(),
  /** Where it is attached as soon as it is there; its attachment has a row already. */
  attach: z.object({ serverId: z.string(), device: z.string() }).nullable(),
});
type Input = z.infer<typeof Input>;
const State = z.object({});
type State = z.infer<typeof State>;
type Context = StepContext<Input, State>;

export const createDiskBatch = defineBatch('batchCreateVolume');

/** Makes one disk, and attaches it if that was asked for. If a step fails, nothing of it stays. */
export const createDiskJob = defineJob<Input, State>({
  name: 'createVolume',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [
    errors.imageInvalid,
    errors.snapshotInvalid,
    errors.snapshotUnavailable,
    errors.backupInvalid,
    errors.backupUnavailable,
    errors.diskNotCreated,
    errors.diskNotAttached,
  ],
  resources: ({ diskId, imageId, snapshotId, backupId, attach }) =>
    [diskId, imageId, snapshotId, backupId, attach?.serverId].filter(id => typeof id === 'string'),
  steps: [
    {
      name: 'source',
      weight: 3,
      seconds: 3,
      async run(context) {
        const { cloud, input, report, signal } = context;
        await cloud.reconciler.hardwareReady(signal);
        await sourceNow(context);
        const { imageId } = input;
        if (imageId !== null)
          await orFail(errors.imageInvalid, () => cloud.imageContent.ensure(imageId, { onProgress: report, signal }));
        return undefined;
      },
      async commit(tx, { cloud, input: { diskId, imageId } }) {
        if (imageId !== null) await settleDisk(tx, cloud, diskId, 'DOWNLOADING');
      },
    },
    {
      name: 'disk',
      weight: 3,
      seconds: 5,
      async run(context) {
        const { cloud, input, isResumed, signal } = context;
        await cloud.reconciler.hardwareReady(signal);
        const { diskId, size, fileSystem } = input;
        const { disk: source } = await sourceNow(context);
        // A server may have it already, and have written to it: no such disk is formatted.
        if (isResumed) {
          await takeAway(context);
          await remove(context);
        }
        const wanted = { disk: serverDisk(diskId), source, size, fileSystem };
        await orFail(errors.diskNotCreated, () => makeDisks(cloud.hardware, [wanted]));
        return undefined;
      },
      revert: remove,
    },
    {
      name: 'attach',
      weight: 1,
      seconds: 5,
      async run({ cloud, input: { diskId, attach }, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        if (attach === null) return undefined;
        const mount = { disk: serverDisk(diskId), device: attach.device, readOnly: false };
        await orFail(errors.diskNotAttached, () => cloud.hardware.attachDisk(attach.serverId, mount));
        return undefined;
      },
      revert: takeAway,
    },
    {
      name: 'finish',
      weight: 1,
      seconds: 1,
      async commit(tx, { cloud, input }) {
        await restDisk(tx, cloud, input.diskId);
      },
    },
  ],
  async failed(tx, { cloud, input: { diskId } }) {
    const isThere = await tx.db.disk.findUnique({ where: { id: diskId }, select: { id: true } });
    if (!isThere) return;
    await tx.db.diskAttachment.deleteMany({ where: { diskId } });
    await settleDisk(tx, cloud, diskId, 'ERROR');
    await forgetDisks(tx, [diskId]);
  },
});

/** The source may have been deleted or unshared since the order. */
function sourceNow({ cloud, input, job }: Context): Promise<DiskSource> {
  return diskSource(cloud, { tenantId: job.tenantId, regionId: input.regionId }, input);
}

function remove({ cloud, input: { diskId } }: Context): Promise<void> {
  return cloud.hardware.disks.remove(serverDisk(diskId));
}

async function takeAway({ cloud, input: { diskId, attach } }: Context): Promise<void> {
  if (attach) await cloud.hardware.detachDisk(attach.serverId, serverDisk(diskId), { force: true });
}
