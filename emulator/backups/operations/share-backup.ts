import { z } from 'zod';
import { ensure, refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import type { Transaction } from '../../transactions.ts';
import { currentBackup, ownBackup } from '../backup-access.ts';
import { emitBackupShare } from '../backup-events.ts';
import { backupErrors as errors } from '../errors.ts';
import { BackupId, backupLimits, VaultId } from '../rules.ts';
import { requireVaultFor } from '../vault-room.ts';

/** Sharing backups of servers with other tenants of the region. Source: compute 6.2 (members). */

const TenantIds = z.array(z.string().max(64)).min(1).max(backupLimits.members.max);

/** The tenants find it as pending. Those that have it already are left as they are. */
export const shareBackup = defineOperation({
  name: 'backups.share',
  permission: 'cbr:backups:share',
  access: 'write',
  input: z.object({ backupId: BackupId, tenantIds: TenantIds }),
  invalid: errors.memberInvalid,
  errors: [errors.backupNotFound, errors.onlyServerBackupsShared, errors.backupStatusWrong],
  async run({ cloud, caller, input: { backupId, tenantIds }, commit }) {
    await ownBackup(cloud, caller, backupId);
    const distinct = [...new Set(tenantIds)];
    for (const [index, tenantId] of distinct.entries()) {
      const tenant = await cloud.tenants.get(tenantId);
      const isOther = tenant?.regionId === caller.regionId && tenantId !== caller.tenantId;
      refuse(!isOther, errors.memberInvalid, { field: `tenantIds.${index}` });
    }
    return commit(async tx => {
      const backup = await currentBackup(tx, backupId);
      refuse(backup.resourceType !== 'SERVER', errors.onlyServerBackupsShared);
      refuse(backup.status !== 'AVAILABLE', errors.backupStatusWrong);
      const now = cloud.clock.now();
      for (const tenantId of distinct) {
        const key = { backupId, tenantId };
        if (await tx.db.backupMember.findUnique({ where: { backupId_tenantId: key } })) continue;
        await tx.db.backupMember.create({ data: { ...key, status: 'PENDING', createdAt: now, updatedAt: now } });
        emitBackupShare(tx, 'backup.shared', backup, tenantId);
      }
      const count = await tx.db.backupMember.count({ where: { backupId } });
      refuse(count > backupLimits.members.max, errors.memberInvalid, { field: 'tenantIds' });
      return { backupId };
    });
  },
});

/** What a tenant answers to a backup that is shared with it. Accepting takes a vault for servers with room for all of its disks. */
export const answerBackupShare = defineOperation({
  name: 'backups.answerShare',
  permission: 'cbr:backups:answer',
  access: 'write',
  input: z.object({ backupId: BackupId, status: z.enum(['ACCEPTED', 'REJECTED']), vaultId: VaultId.nullish() }),
  invalid: errors.badParameter,
  errors: [
    errors.backupNotFound,
    errors.memberNotFound,
    errors.vaultNotFound,
    errors.vaultStatusWrong,
    errors.resourceTypeWrong,
    errors.vaultFull,
    errors.sharedBackupHasImage,
  ],
  async run({ cloud, caller, input: { backupId, status, vaultId }, commit }) {
    refuse(status === 'ACCEPTED' && !vaultId, errors.badParameter, { field: 'vaultId' });
    return commit(async tx => {
      const where = { backupId_tenantId: { backupId, tenantId: caller.tenantId } };
      const member = await tx.db.backupMember.findUnique({ where, include: { backup: true } });
      ensure(member, errors.backupNotFound, { field: 'backupId' });
      if (status === 'ACCEPTED' && vaultId) await requireVaultFor(tx.db, { tenantId: caller.tenantId, vaultId }, backupId);
      else await requireNoImage(tx, backupId, caller.tenantId);
      const data = { status, vaultId: status === 'ACCEPTED' ? (vaultId ?? null) : null, updatedAt: cloud.clock.now() };
      await tx.db.backupMember.update({ where, data });
      emitBackupShare(tx, 'backup.member', member.backup, caller.tenantId);
      return { backupId };
    });
  },
});

/** For a tenant that has no share it does not exist any more. Refused while that tenant has an image on it. */
export const unshareBackup = defineOperation({
  name: 'backups.unshare',
  permission: 'cbr:backups:share',
  access: 'write',
  input: z.object({ backupId: BackupId, tenantIds: TenantIds }),
  invalid: errors.memberInvalid,
  errors: [errors.backupNotFound, errors.memberNotFound, errors.sharedBackupHasImage],
  async run({ cloud, caller, input: { backupId, tenantIds }, commit }) {
    await ownBackup(cloud, caller, backupId);
    return commit(async tx => {
      const backup = await currentBackup(tx, backupId);
      for (const [index, tenantId] of [...new Set(tenantIds)].entries()) {
        await requireNoImage(tx, backupId, tenantId);
        const { count } = await tx.db.backupMember.deleteMany({ where: { backupId, tenantId } });
        refuse(count === 0, errors.memberNotFound, { field: `tenantIds.${index}` });
        emitBackupShare(tx, 'backup.unshared', backup, tenantId);
      }
      return { backupId };
    });
  },
});

async function requireNoImage(tx: Transaction, backupId: string, ownerId: string): Promise<void> {
  const image = await tx.db.image.findFirst({ where: { backupId, ownerId } });
  refuse(image !== null, errors.sharedBackupHasImage);
}
