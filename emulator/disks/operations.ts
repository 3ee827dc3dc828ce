import { z } from 'zod';
import { ensure } from '../errors.ts';
import { isAdministrator } from '../identity/caller.ts';
import { defineOperation } from '../operation.ts';
import type { Page } from '../paging.ts';
import { PageInput } from '../paging-input.ts';
import { readPage } from '../read-page.ts';
import type { Disk } from '../store/generated/client.ts';
import type { AttachedDisk } from './attachments.ts';
import { diskErrors as errors } from './errors.ts';

export const listDisks = defineOperation({
  name: 'disks.list',
  permission: 'evs:volumes:list',
  access: 'read',
  input: z.object({ serverId: z.string().nullish(), page: PageInput.prefault({}) }),
  run: ({ cloud, caller, input: { serverId, page } }): Promise<Page<Disk>> =>
    readPage<Disk>(page, { column: 'createdAt', idColumn: 'id', direction: 'desc' }, ({ where, ...query }) =>
      cloud.database.read.disk.findMany({
        where: { tenantId: caller.tenantId, ...(serverId && { attachments: { some: { serverId } } }), AND: [where] },
        ...query,
      }),
    ),
});

export const getDisk = defineOperation({
  name: 'disks.get',
  permission: 'evs:volumes:get',
  access: 'read',
  input: z.object({ diskId: z.string() }),
  errors: [errors.diskNotFound],
  async run({ cloud, caller, input }): Promise<Disk> {
    const disk = await cloud.database.read.disk.findUnique({ where: { id: input.diskId } });
    ensure(disk && (disk.tenantId === caller.tenantId || isAdministrator(caller)), errors.diskNotFound, { field: 'diskId' });
    return disk;
  },
});

/** The attachments of disks that the caller has been shown, in one go. */
export const listDiskAttachments = defineOperation({
  name: 'disks.listAttachments',
  permission: 'evs:volumes:list',
  access: 'read',
  input: z.object({ diskIds: z.array(z.string()) }),
  run: ({ cloud, caller, input }): Promise<AttachedDisk[]> =>
    cloud.database.read.diskAttachment.findMany({
      where: { diskId: { in: input.diskIds }, ...(!isAdministrator(caller) && { disk: { tenantId: caller.tenantId } }) },
      include: { disk: true },
      orderBy: [{ attachedAt: 'asc' }, { id: 'asc' }],
    }),
});
