import { z } from 'zod';
import { ensure } from '../../errors.ts';
import { EVERYONE } from '../../events/event.ts';
import { isAdministrator } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { Backup, BackupMember, Checkpoint, Image } from '../../store/generated/client.ts';
import { BackupStatus } from '../../store/generated/enums.ts';
import { ownRows, visibleBackups } from '../backup-access.ts';
import { backupErrors as errors } from '../errors.ts';

const NEWEST_FIRST = { column: 'createdAt', idColumn: 'id', direction: 'desc' } as const;

/** Backups of servers and of disks; those of a server's disks come with it. Source: compute 6.2. */
export const listBackups = defineOperation({
  name: 'backups.list',
  permission: 'cbr:backups:list',
  access: 'read',
  input: z.object({
    filter: z
      .object({
        vaultId: z.string(),
        checkpointId: z.string(),
        resourceId: z.string(),
        name: z.string(),
        status: z.enum(BackupStatus),
        /** Those of the caller's tenant (the default), or those that are shared with it, whatever it has answered. */
        relation: z.enum(['OWN', 'SHARED']),
      })
      .partial()
      .prefault({}),
    page: PageInput.prefault({}),
  }),
  run: ({ cloud, caller, input: { filter, page } }): Promise<Page<Backup>> => {
    const { relation, ...columns } = filter;
    const { tenantId } = caller;
    const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
    return readPage<Backup>(page, NEWEST_FIRST, async ({ where, orderBy, take }) => {
      const wanted = { ...given, parentId: null, AND: [where] };
      if (relation !== 'SHARED') return cloud.database.read.backup.findMany({ where: { tenantId, ...wanted }, orderBy, take });
      // From the shares of the tenant, which are few, not from all backups that there are.
      const shares = await cloud.database.read.backupMember.findMany({
        where: { tenantId, backup: wanted },
        orderBy: orderBy.map(backup => ({ backup })),
        take,
        include: { backup: true },
      });
      return shares.map(({ backup }) => backup);
    });
  },
});

/** Of a server, of a disk, or of a disk of a server. */
export const getBackup = defineOperation({
  name: 'backups.get',
  permission: 'cbr:backups:get',
  access: 'read',
  input: z.object({ backupId: z.string() }),
  errors: [errors.backupNotFound],
  async run({ cloud, caller, input }): Promise<Backup> {
    const backup = await cloud.database.read.backup.findFirst({ where: { id: input.backupId, AND: [visibleBackups(caller)] } });
    ensure(backup, errors.backupNotFound, { field: 'backupId' });
    return backup;
  },
});

/** The parts of backups of servers that the caller has been shown, in the order of their devices. */
export const listBackupParts = defineOperation({
  name: 'backups.listParts',
  permission: 'cbr:backups:list',
  access: 'read',
  input: z.object({ backupIds: z.array(z.string()) }),
  run: ({ cloud, caller, input }): Promise<Backup[]> =>
    cloud.database.read.backup.findMany({
      where: { parentId: { in: input.backupIds }, AND: [visibleBackups(caller)] },
      orderBy: [{ device: 'asc' }, { id: 'asc' }],
    }),
});

/** Whom backups are shared with: the owner sees all of them, a member itself. */
export const listBackupMembers = defineOperation({
  name: 'backups.listMembers',
  permission: 'cbr:backups:list',
  access: 'read',
  input: z.object({ backupIds: z.array(z.string()) }),
  run: ({ cloud, caller, input }): Promise<BackupMember[]> => {
    const { tenantId } = caller;
    const own = isAdministrator(caller) ? {} : { OR: [{ tenantId }, { backup: { tenantId } }] };
    return cloud.database.read.backupMember.findMany({
      where: { backupId: { in: input.backupIds }, ...own },
      orderBy: [{ createdAt: 'asc' }, { tenantId: 'asc' }],
    });
  },
});

/** The images that stand on backups, as far as the caller sees them. */
export const listBackupImages = defineOperation({
  name: 'backups.listImages',
  permission: 'cbr:backups:list',
  access: 'read',
  input: z.object({ backupIds: z.array(z.string()) }),
  async run({ cloud, caller, input }): Promise<Image[]> {
    const seen = isAdministrator(caller) ? {} : { access: { some: { audience: { in: [caller.tenantId, EVERYONE] } } } };
    return cloud.database.read.image.findMany({ where: { backupId: { in: input.backupIds }, ...seen } });
  },
});

export const listCheckpoints = defineOperation({
  name: 'checkpoints.list',
  permission: 'cbr:checkpoints:list',
  access: 'read',
  input: z.object({ vaultId: z.string().nullish(), page: PageInput.prefault({}) }),
  run: ({ cloud, caller, input: { vaultId, page } }): Promise<Page<Checkpoint>> =>
    readPage<Checkpoint>(page, NEWEST_FIRST, ({ where, ...query }) =>
      cloud.database.read.checkpoint.findMany({
        where: { tenantId: caller.tenantId, ...(vaultId && { vaultId }), AND: [where] },
        ...query,
      }),
    ),
});

export const getCheckpoint = defineOperation({
  name: 'checkpoints.get',
  permission: 'cbr:checkpoints:get',
  access: 'read',
  input: z.object({ checkpointId: z.string() }),
  errors: [errors.checkpointNotFound],
  async run({ cloud, caller, input }): Promise<Checkpoint> {
    const checkpoint = await cloud.database.read.checkpoint.findFirst({ where: { id: input.checkpointId, ...ownRows(caller) } });
    ensure(checkpoint, errors.checkpointNotFound, { field: 'checkpointId' });
    return checkpoint;
  },
});
