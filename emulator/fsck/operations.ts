import { z } from 'zod';
import { requireHardware } from '../hardware-ready.ts';
import { orderJob } from '../jobs/job-orders.ts';
import { defineOperation } from '../operation.ts';
import type { KeptKind } from './kept-disks.ts';
import { verifyDisksJob } from './verify-disks.ts';

/** Orders a check of all bytes that are kept; where one is under way, answers with that. Its findings: `cloud.listDamage`. */
export const verifyDisks = defineOperation({
  name: 'cloud.fsck',
  permission: 'cloudyard:disks:verify',
  access: 'write',
  input: z.object({}),
  run({ cloud, caller, commit }): Promise<{ jobId: string }> {
    requireHardware(cloud);
    return commit(async tx => {
      const underWay = await tx.db.job.findFirst({ where: { type: verifyDisksJob.name, status: { in: ['INIT', 'RUNNING'] } } });
      if (underWay) return { jobId: underWay.id };
      const order = { input: {}, entities: {}, locks: [] };
      const job = await orderJob(tx, verifyDisksJob, order, { ids: cloud.ids, clock: cloud.clock, caller });
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id };
    });
  },
});

/** Something whose bytes are not what they were. */
export interface Damage {
  readonly kind: KeptKind;
  /** In the cloud. */
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  /** In words. */
  readonly what: string;
}

/** What the last check found, of all tenants: images, backups of disks, snapshots, disks. */
export const listDamage = defineOperation({
  name: 'cloud.listDamage',
  permission: 'cloudyard:disks:verify',
  access: 'read',
  input: z.object({}),
  async run({ cloud: { database } }): Promise<Damage[]> {
    const where = { damage: { not: null } };
    const orderBy = { createdAt: 'asc' } as const;
    const [images, backups, snapshots, disks] = await Promise.all([
      database.read.image.findMany({ where, orderBy }),
      database.read.backup.findMany({ where: { ...where, resourceType: 'DISK' }, orderBy }),
      database.read.diskSnapshot.findMany({ where, orderBy }),
      database.read.disk.findMany({ where, orderBy }),
    ]);
    return [
      ...images.map(({ ownerId: tenantId, ...row }) => entry('IMAGE', { ...row, tenantId })),
      ...backups.map(row => entry('BACKUP', row)),
      ...snapshots.map(row => entry('SNAPSHOT', row)),
      ...disks.map(row => entry('DISK', row)),
    ];
  },
});

function entry(
  kind: KeptKind,
  { id, name, tenantId, damage }: Omit<Damage, 'kind' | 'what'> & { damage: string | null },
): Damage {
  return { kind, id, name, tenantId, what: damage ?? '' };
}
