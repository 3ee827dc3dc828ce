import { z } from 'zod';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { DiskSnapshot } from '../../store/generated/client.ts';
import { SnapshotStatus } from '../../store/generated/enums.ts';
import { diskErrors as errors } from '../errors.ts';
import { SnapshotId } from '../rules.ts';
import { visibleSnapshot } from '../snapshot-access.ts';

export const getDiskSnapshot = defineOperation({
  name: 'disks.getSnapshot',
  permission: 'evs:snapshots:get',
  access: 'read',
  input: z.object({ snapshotId: SnapshotId }),
  errors: [errors.snapshotNotFound],
  run: ({ cloud, caller, input: { snapshotId } }): Promise<DiskSnapshot> => visibleSnapshot(cloud, caller, snapshotId),
});

/** Which snapshots of the caller's tenant; all that is given has to fit. Source: compute 4.5. */
const SnapshotFilter = z.strictObject({
  diskId: z.string().optional(),
  name: z.string().optional(),
  status: z.enum(SnapshotStatus).optional(),
});

export const listDiskSnapshots = defineOperation({
  name: 'disks.listSnapshots',
  permission: 'evs:snapshots:list',
  access: 'read',
  input: z.object({ filter: SnapshotFilter.prefault({}), page: PageInput.prefault({}) }),
  run: ({ cloud, caller: { tenantId }, input: { filter, page } }): Promise<Page<DiskSnapshot>> => {
    const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    const sorting = { column: 'createdAt', idColumn: 'id', direction: 'desc' } as const;
    return readPage<DiskSnapshot>(page, sorting, ({ where, ...query }) =>
      cloud.database.read.diskSnapshot.findMany({ where: { AND: [where, { tenantId, ...given }] }, ...query }),
    );
  },
});
