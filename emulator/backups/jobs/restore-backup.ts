import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { makeDisks, requireBytes } from '../../disks/make-disks.ts';
import { serverDisk } from '../../disks/server-disk.ts';
import { restDisk, settleDisk } from '../../disks/settle-disk.ts';
import { commonErrors } from '../../errors.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { bringUp } from '../../servers/bring-up.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import { readServerSpec } from '../../servers/server-spec.ts';
import { settleServer } from '../../servers/settle-server.ts';
import { DiskStatus } from '../../store/generated/enums.ts';
import type { Transaction } from '../../transactions.ts';
import { backupDisk } from '../backup-disk.ts';
import { backupErrors as errors } from '../errors.ts';
import { restBackup, takeUpBackup } from '../settle-backup.ts';

const Input = z.object({
  /** Of a server, or of a disk that is backed up by itself. */
  backupId: z.string(),
  /** Size of the disk in GiB, and what it was before. */
  disks: z.array(z.object({ partId: z.string(), diskId: z.string(), size: z.number(), status: z.enum(DiskStatus).optional() })),
  servers: z.array(z.object({ serverId: z.string(), wasRunning: z.boolean() })),
  powerOn: z.boolean(),
});
type Input = z.infer<typeof Input>;
const State = z.object({});

/** The step from which on the old bytes are gone. */
const WRITING = 1;

/**
 * Writes a backup over disks by sharing its bytes, all at one moment. A crash before, in the middle or after leads to the same end: the job
 * goes on. Where writing fails for good the disks are ERROR_RESTORING until they are restored again.
 */
export const restoreBackupJob = defineJob<Input, z.infer<typeof State>>({
  name: 'restoreBackup',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.restoreFailed, commonErrors.damagedDisk],
  resources: ({ backupId, disks, servers }) => [
    backupId,
    ...disks.map(({ diskId }) => diskId),
    ...servers.map(({ serverId }) => serverId),
  ],
  steps: [
    {
      name: 'stop',
      weight: 2,
      seconds: 10,
      async run({ cloud, input, signal }) {
        await takeUpBackup(cloud, input.backupId, 'RESTORING');
        await cloud.reconciler.hardwareReady(signal);
        const sources = input.disks.map(({ partId }) => backupDisk(partId));
        await requireBytes(cloud.hardware, sources);
        for (const serverId of running(input))
          await orFail(errors.restoreFailed, () => cloud.hardware.stopServer(serverId, 'SOFT'));
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        for (const serverId of running(input)) await settleServer(tx, cloud, 'server.stopped', serverId, { status: 'SHUTOFF' });
      },
      async revert({ cloud, job, input }) {
        if (job.step >= WRITING) return;
        for (const serverId of running(input)) await bringUp(cloud, await readServerSpec(cloud, serverId));
      },
    },
    {
      name: 'write',
      weight: 4,
      seconds: 30,
      final: true,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const disks = input.disks.map(({ partId, diskId, size }) => {
          return { disk: serverDisk(diskId), source: backupDisk(partId), size, fileSystem: null };
        });
        await orFail(errors.restoreFailed, () => makeDisks(cloud.hardware, disks));
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        await settleDisks(tx, cloud, input, 'WRITTEN');
        await restBackup(tx, cloud, input.backupId);
      },
    },
    {
      name: 'start',
      weight: 3,
      seconds: 15,
      async run({ cloud, input, signal }) {
        if (!input.powerOn) return undefined;
        await cloud.reconciler.hardwareReady(signal);
        for (const serverId of running(input)) {
          const spec = await readServerSpec(cloud, serverId);
          await orFail(errors.restoreFailed, () => bringUp(cloud, spec));
        }
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        if (!input.powerOn) return;
        for (const serverId of running(input)) await settleServer(tx, cloud, 'server.active', serverId, { status: 'ACTIVE' });
      },
      async revert({ cloud, input }) {
        for (const serverId of running(input)) await cloud.hardware.stopServer(serverId, 'HARD');
      },
    },
  ],
  /** Up to the writing all is as before. From then on servers are off and say why: their disks are half written, or they did not start. */
  async failed(tx, { cloud, job, input }, { code, message }) {
    const isAsBefore = job.step < WRITING;
    await settleDisks(tx, cloud, input, isAsBefore ? 'AS_BEFORE' : 'HALF_WRITTEN');
    await restBackup(tx, cloud, input.backupId);
    for (const serverId of running(input)) {
      if (isAsBefore) await settleServer(tx, cloud, 'server.active', serverId, { status: 'ACTIVE' });
      else
        await settleServer(tx, cloud, 'server.stopped', serverId, { status: 'SHUTOFF', faultCode: code, faultMessage: message });
    }
  },
});

/** Servers that were stopped for it. */
function running({ servers }: Input): string[] {
  return servers.filter(({ wasRunning }) => wasRunning).map(({ serverId }) => serverId);
}

/** Of those that are still being restored: what is written stays so, whatever comes after. */
async function settleDisks(
  tx: Transaction,
  cloud: Cloud,
  { disks }: Input,
  how: 'WRITTEN' | 'HALF_WRITTEN' | 'AS_BEFORE',
): Promise<void> {
  for (const { diskId, status: before } of disks) {
    const disk = await tx.db.disk.findUnique({ where: { id: diskId }, select: { status: true } });
    if (disk?.status !== 'RESTORING_BACKUP') continue;
    const isHalfWritten = how === 'HALF_WRITTEN' || (how === 'AS_BEFORE' && before === 'ERROR_RESTORING');
    if (isHalfWritten) await settleDisk(tx, cloud, diskId, 'ERROR_RESTORING');
    else await restDisk(tx, cloud, diskId, how === 'WRITTEN' ? { damage: null } : {});
  }
}
