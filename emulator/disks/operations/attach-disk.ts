import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { ensure, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { bareMetalErrors } from '../../servers/bare-metal/errors.ts';
import { machineRefusals, requireMachineDisk } from '../../servers/bare-metal/machine-disks.ts';
import { inBothCodes, inCodesOf } from '../../servers/bare-metal/own-codes.ts';
import { bareMetalLimits } from '../../servers/bare-metal/rules.ts';
import { beginAction } from '../../servers/begin-action.ts';
import { serverErrors as errors } from '../../servers/errors.ts';
import { serverLock } from '../../servers/order-batch.ts';
import { ServerId } from '../../servers/rules.ts';
import { ownServer } from '../../servers/server-access.ts';
import type { Server, ServerKind } from '../../store/generated/client.ts';
import type { Transaction } from '../../transactions.ts';
import { text } from '../../validation.ts';
import { dataDevices, nextDevice } from '../devices.ts';
import { currentDisk, type DiskWithAttachments, ownDisk } from '../disk-access.ts';
import { diskLock } from '../disk-locks.ts';
import { diskErrors } from '../errors.ts';
import { attachDiskJob, attachMachineDiskJob } from '../jobs/attach-disk.ts';
import { DiskId, diskLimits } from '../rules.ts';
import { settleDisk } from '../settle-disk.ts';

/** By what the server is. */
const JOBS = { CLOUD: attachDiskJob, BARE_METAL: attachMachineDiskJob } as const satisfies Record<ServerKind, object>;

/** Attaches a disk to a server that is running or off, in the same zone. Source: compute 2.4 and 3.1 (`attachvolume`). */
export const attachDisk = defineOperation({
  name: 'disks.attach',
  permission: 'ecs:cloudServers:attach',
  access: 'write',
  input: z.object({
    serverId: ServerId,
    diskId: DiskId,
    /** `/dev/vdc`; the first free one without it. */
    device: text(errors.deviceInvalid).nullish(),
    readOnly: z.boolean().default(false),
    /** To be made on the disk first, which has to be empty. */
    fileSystem: z.enum(['EXT4']).nullish(),
  }),
  invalid: errors.badParameter,
  errors: [
    errors.serverNotFound,
    diskErrors.diskBusy,
    ...inBothCodes([
      diskErrors.diskNotFound,
      errors.statusWrong,
      errors.serverBusy,
      errors.diskInOtherZone,
      errors.diskAttached,
      errors.diskAttachedElsewhere,
      errors.diskNotAvailable,
      errors.noMoreDisks,
    ]),
    errors.deviceInvalid,
    bareMetalErrors.diskBeingAttached,
    ...machineRefusals,
  ],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const { serverId, diskId } = input;
    const server = await ownServer(cloud, caller, serverId);
    return inCodesOf(server.kind, async () => {
      await ownDisk(cloud, caller, diskId);
      return commit(async tx => {
        const disk = await currentDisk(tx, diskId);
        const locks = [serverLock(serverId), diskLock(diskId)];
        requireAttachable(disk, server);
        const device = await addAttachment(tx, cloud, { diskId, serverId, device: input.device, readOnly: input.readOnly });
        const order = {
          input: {
            serverId,
            diskId,
            device,
            readOnly: input.readOnly || disk.readOnly,
            fileSystem: input.fileSystem ?? null,
          },
          entities: { server_id: serverId, volume_id: diskId },
          locks,
        };
        const job = await orderJob(tx, JOBS[server.kind], order, { ids: cloud.ids, clock: cloud.clock, caller });
        await beginAction(tx, cloud, 'attachDisk', [serverId]);
        await settleDisk(tx, cloud, diskId, 'ATTACHING', { error: errors.diskNotAvailable });
        tx.afterCommit(() => cloud.jobs.take([job]));
        return { jobId: job.id, diskId, serverId };
      });
    });
  },
});

/** Whether a disk can be attached to a server at all. Its status is checked where it changes: while a job holds it, it is busy. */
function requireAttachable(disk: DiskWithAttachments, server: Pick<Server, 'id' | 'kind' | 'availabilityZone'>): void {
  const { attachments, shareable, availabilityZone, status } = disk;
  refuse(status === 'ATTACHING' && server.kind === 'BARE_METAL', bareMetalErrors.diskBeingAttached, { field: 'diskId' });
  refuse(
    attachments.some(({ serverId }) => serverId === server.id),
    errors.diskAttached,
    { field: 'diskId' },
  );
  refuse(attachments.length > 0 && !shareable, errors.diskAttachedElsewhere, { field: 'diskId' });
  refuse(attachments.length >= diskLimits.attachments.max, errors.noMoreDisks, { field: 'diskId' });
  refuse(availabilityZone !== server.availabilityZone, errors.diskInOtherZone, {
    message: `${errors.diskInOtherZone.message} (${availabilityZone}, ${server.availabilityZone})`,
    field: 'diskId',
  });
}

interface NewAttachment {
  readonly diskId: string;
  readonly serverId: string;
  readonly device?: string | null | undefined;
  readonly readOnly: boolean;
}

/** What a server has room for, and what it says where there is none. */
const SLOTS = {
  CLOUD: { bus: 'vd', max: diskLimits.perServer.max, full: errors.noMoreDisks, deviceInvalid: errors.deviceInvalid },
  BARE_METAL: {
    bus: 'sd',
    max: bareMetalLimits.disks.max,
    full: bareMetalErrors.tooManyDisks,
    deviceInvalid: bareMetalErrors.deviceInvalid,
  },
} as const satisfies Record<ServerKind, object>;

/**
 * Writes the row of an attachment at a device that is free. Returns the device. Throws `noMoreDisks`, `deviceInvalid`; for a bare-metal
 * server one of `machineRefusals`.
 */
export async function addAttachment(tx: Transaction, cloud: Cloud, wanted: NewAttachment): Promise<string> {
  const { diskId, serverId, readOnly } = wanted;
  const include = { attachments: { select: { device: true } } } as const;
  const { kind, flavorId, attachments } = await tx.db.server.findUniqueOrThrow({ where: { id: serverId }, include });
  if (kind === 'BARE_METAL') {
    const disk = await tx.db.disk.findUniqueOrThrow({ where: { id: diskId } });
    requireMachineDisk(disk, flavorId, wanted.device);
  }
  const { bus, max, full, deviceInvalid } = SLOTS[kind];
  const taken = attachments.map(({ device }) => device);
  refuse(taken.length >= max, full, { message: `${full.message} (${max})`, field: 'serverId' });
  const device = wanted.device ?? nextDevice(taken, max, bus);
  ensure(device, full, { field: 'serverId' });
  const isFree = dataDevices(max, bus).includes(device) && !taken.includes(device);
  refuse(!isFree, deviceInvalid, { message: `${deviceInvalid.message} (${device})`, field: 'device' });
  const attachedAt = cloud.clock.now();
  await tx.db.diskAttachment.create({ data: { id: cloud.ids.uuid(), diskId, serverId, device, readOnly, attachedAt } });
  return device;
}
