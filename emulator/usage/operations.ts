import { z } from 'zod';
import { backupErrors } from '../backups/errors.ts';
import type { Cloud } from '../cloud.ts';
import { diskErrors } from '../disks/errors.ts';
import { serverDisk } from '../disks/server-disk.ts';
import { ensure } from '../errors.ts';
import { requireHardware } from '../hardware-ready.ts';
import { type Caller, isAdministrator } from '../identity/caller.ts';
import { imageErrors } from '../images/errors.ts';
import { visibleImage } from '../images/image-access.ts';
import { cloudErrorOf } from '../jobs/job-failure.ts';
import { defineOperation } from '../operation.ts';
import type { DiskId, DiskUsage, GroupedUsage } from '../store/disks/disk-store.ts';
import { disksOfImage, disksOfTenant, disksOfVault } from './disks-in-use.ts';

/** What things take on disk: see DiskUsage. What several of them share is counted for each, and once in the sum of a tenant. */

export const describeImageUsage = defineOperation({
  name: 'usage.ofImage',
  permission: 'ims:images:get',
  access: 'read',
  input: z.object({ imageId: z.string() }),
  errors: [imageErrors.imageNotFound],
  async run({ cloud, caller, input }): Promise<DiskUsage> {
    const { image } = await visibleImage(cloud, caller, input.imageId);
    return usageOf(cloud, await disksOfImage(cloud, image));
  },
});

export const describeDiskUsage = defineOperation({
  name: 'usage.ofDisk',
  permission: 'evs:volumes:get',
  access: 'read',
  input: z.object({ diskId: z.string() }),
  errors: [diskErrors.diskNotFound],
  async run({ cloud, caller, input }): Promise<DiskUsage> {
    const disk = await cloud.database.read.disk.findUnique({ where: { id: input.diskId } });
    ensure(disk && mayRead(caller, disk.tenantId), diskErrors.diskNotFound, { field: 'diskId' });
    return usageOf(cloud, [serverDisk(disk.id)]);
  },
});

export const describeVaultUsage = defineOperation({
  name: 'usage.ofVault',
  permission: 'cbr:vaults:get',
  access: 'read',
  input: z.object({ vaultId: z.string() }),
  errors: [backupErrors.vaultNotFound],
  async run({ cloud, caller, input }): Promise<DiskUsage> {
    const vault = await cloud.database.read.vault.findUnique({ where: { id: input.vaultId } });
    ensure(vault && mayRead(caller, vault.tenantId), backupErrors.vaultNotFound, { field: 'vaultId' });
    return usageOf(cloud, await disksOfVault(cloud, vault.id));
  },
});

export interface TenantUsage {
  readonly disks: DiskUsage;
  readonly snapshots: DiskUsage;
  readonly images: DiskUsage;
  readonly backups: DiskUsage;
  readonly total: DiskUsage;
}

/** What the caller's tenant takes, by what it belongs to. */
export const describeTenantUsage = defineOperation({
  name: 'usage.ofTenant',
  permission: 'identity:self:list',
  access: 'read',
  input: z.object({}),
  async run({ cloud, caller }): Promise<TenantUsage> {
    const found = await disksOfTenant(cloud, caller.tenantId);
    const { groups, total } = await usageOfGroups(cloud, [found.disks, found.snapshots, found.images, found.backups]);
    const [disks = NOTHING, snapshots = NOTHING, images = NOTHING, backups = NOTHING] = groups;
    return { disks, snapshots, images, backups, total };
  },
});

const NOTHING: DiskUsage = { logical: 0, stored: 0, shared: 0 };

async function usageOf(cloud: Cloud, disks: readonly DiskId[]): Promise<DiskUsage> {
  return (await usageOfGroups(cloud, [disks])).total;
}

async function usageOfGroups(cloud: Cloud, groups: readonly (readonly DiskId[])[]): Promise<GroupedUsage> {
  if (groups.every(disks => disks.length === 0)) return { groups: [], total: NOTHING };
  requireHardware(cloud);
  try {
    return await cloud.hardware.disks.usageOfGroups(groups);
  } catch (cause) {
    throw cloudErrorOf(cause) ?? cause;
  }
}

function mayRead(caller: Caller, tenantId: string): boolean {
  return tenantId === caller.tenantId || isAdministrator(caller);
}
