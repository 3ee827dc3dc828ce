import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { requireHardware } from '../hardware-ready.ts';
import { objectOf } from '../jobs/job.ts';
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

/** What the last check found, of all tenants: images, backups of disks, snapshots, disks, bare-metal servers by their own disks. */
export const listDamage = defineOperation({
  name: 'cloud.listDamage',
  permission: 'cloudyard:disks:verify',
  access: 'read',
  input: z.object({}),
  async run({ cloud }): Promise<Damage[]> {
    const { database } = cloud;
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
      ...(await damagedMachines(cloud)).map(row => entry('SERVER', row)),
    ];
  },
});

/** Those that have not been deleted or given a new system since: the check alone knows of them. */
async function damagedMachines({ database: { read } }: Cloud): Promise<(Omit<Damage, 'kind' | 'what'> & { damage: string })[]> {
  const where = { type: verifyDisksJob.name, status: 'SUCCESS' } as const;
  const last = await read.job.findFirst({ where, orderBy: { createdAt: 'desc' } });
  if (!last) return [];
  const { machines = [] } = verifyDisksJob.state.parse(objectOf(last.outputs));
  const damageOf = new Map(machines.map(({ serverId, damage }) => [serverId, damage]));
  const since = { launchedAt: { gt: last.createdAt } };
  const servers = await read.server.findMany({
    where: { id: { in: [...damageOf.keys()] }, NOT: since },
    orderBy: { createdAt: 'asc' },
  });
  return servers.map(({ id, name, tenantId }) => ({ id, name, tenantId, damage: damageOf.get(id) ?? '' }));
}

function entry(
  kind: KeptKind,
  { id, name, tenantId, damage }: Omit<Damage, 'kind' | 'what'> & { damage: string | null },
): Damage {
  return { kind, id, name, tenantId, what: damage ?? '' };
}
