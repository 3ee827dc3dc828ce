import { z } from 'zod';
import { type Caller, isAdministrator } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { Disk, DiskTag, Prisma } from '../../store/generated/client.ts';
import type { AttachedDisk } from '../attachments.ts';
import { visibleDisk } from '../disk-access.ts';
import { diskErrors as errors } from '../errors.ts';
import { DiskId } from '../rules.ts';

export const getDisk = defineOperation({
  name: 'disks.get',
  permission: 'evs:volumes:get',
  access: 'read',
  input: z.object({ diskId: DiskId }),
  errors: [errors.diskNotFound],
  run: ({ cloud, caller, input: { diskId } }): Promise<Disk> => visibleDisk(cloud, caller, diskId),
});

// What belongs to several disks that the caller has been shown, in one go.

const PartsInput = z.object({ diskIds: z.array(z.string()) });

export const listDiskAttachments = defineOperation({
  name: 'disks.listAttachments',
  permission: 'evs:volumes:list',
  access: 'read',
  input: PartsInput,
  run: ({ cloud, caller, input: { diskIds } }): Promise<AttachedDisk[]> =>
    cloud.database.read.diskAttachment.findMany({
      where: { diskId: { in: diskIds }, disk: ofVisible(caller) },
      include: { disk: true },
      orderBy: [{ attachedAt: 'asc' }, { id: 'asc' }],
    }),
});

export const listDiskTags = defineOperation({
  name: 'disks.listTags',
  permission: 'evs:volumes:list',
  access: 'read',
  input: PartsInput,
  run: ({ cloud, caller, input: { diskIds } }): Promise<DiskTag[]> =>
    cloud.database.read.diskTag.findMany({
      where: { diskId: { in: diskIds }, disk: ofVisible(caller) },
      orderBy: [{ diskId: 'asc' }, { key: 'asc' }],
    }),
});

function ofVisible(caller: Caller): Prisma.DiskWhereInput {
  return isAdministrator(caller) ? {} : { tenantId: caller.tenantId };
}
