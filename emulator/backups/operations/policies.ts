import { z } from 'zod';
import { ensure } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { releaseQuota, takeQuota } from '../../quotas.ts';
import { readPage } from '../../read-page.ts';
import type { BackupPolicy } from '../../store/generated/client.ts';
import { currentPolicy, ownPolicy, ownRows } from '../backup-access.ts';
import { emitPolicy, emitVault } from '../backup-events.ts';
import { backupErrors as errors } from '../errors.ts';
import { HOUR } from '../policy-times.ts';
import { BackupName, EveryHours, KeepBackups, KeepDays, PolicyId } from '../rules.ts';

/** When backups are made by themselves, and how long they are kept. A policy works on the vaults that it is bound to. */

export const createBackupPolicy = defineOperation({
  name: 'backupPolicies.create',
  permission: 'cbr:policies:create',
  access: 'write',
  input: z.object({
    name: BackupName,
    everyHours: EveryHours,
    keepBackups: KeepBackups.nullish(),
    keepDays: KeepDays.nullish(),
    enabled: z.boolean().default(true),
  }),
  invalid: errors.badParameter,
  errors: [errors.nameInvalid, errors.policyQuotaUsedUp],
  run: ({ cloud, caller: { tenantId }, input, commit }) =>
    commit(async tx => {
      await takeQuota(tx, cloud.config, { tenantId, resource: 'backupPolicies', amount: 1 }, errors.policyQuotaUsedUp);
      const now = cloud.clock.now();
      const policy = await tx.db.backupPolicy.create({
        data: {
          ...input,
          keepBackups: input.keepBackups ?? null,
          keepDays: input.keepDays ?? null,
          id: cloud.ids.uuid(),
          tenantId,
          nextRunAt: input.enabled ? new Date(now.getTime() + input.everyHours * HOUR) : null,
          createdAt: now,
          updatedAt: now,
        },
      });
      emitPolicy(tx, 'backuppolicy.created', policy);
      tx.afterCommit(() => cloud.backupSchedule.reconsider());
      return { policyId: policy.id };
    }),
});

/** What is left out stays; null takes a limit away. Another interval counts from now on. */
export const updateBackupPolicy = defineOperation({
  name: 'backupPolicies.update',
  permission: 'cbr:policies:update',
  access: 'write',
  input: z.object({
    policyId: PolicyId,
    name: BackupName.optional(),
    everyHours: EveryHours.optional(),
    keepBackups: KeepBackups.nullish(),
    keepDays: KeepDays.nullish(),
    enabled: z.boolean().optional(),
  }),
  invalid: errors.badParameter,
  errors: [errors.policyNotFound, errors.nameInvalid],
  async run({ cloud, caller, input: { policyId, ...changes }, commit }) {
    await ownPolicy(cloud, caller, policyId);
    return commit(async tx => {
      const before = await currentPolicy(tx, policyId);
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      const after: BackupPolicy = { ...before, ...given };
      const now = cloud.clock.now();
      const begins = after.enabled && (!before.enabled || after.everyHours !== before.everyHours);
      const nextRunAt = begins ? new Date(now.getTime() + after.everyHours * HOUR) : before.nextRunAt;
      const data = { ...given, nextRunAt: after.enabled ? nextRunAt : null, updatedAt: now };
      emitPolicy(tx, 'backuppolicy.updated', await tx.db.backupPolicy.update({ where: { id: policyId }, data }));
      tx.afterCommit(() => cloud.backupSchedule.reconsider());
      return { policyId };
    });
  },
});

/** Vaults that it was bound to keep their backups. */
export const deleteBackupPolicy = defineOperation({
  name: 'backupPolicies.delete',
  permission: 'cbr:policies:delete',
  access: 'write',
  input: z.object({ policyId: PolicyId }),
  invalid: errors.badParameter,
  errors: [errors.policyNotFound],
  async run({ cloud, caller, input: { policyId }, commit }) {
    await ownPolicy(cloud, caller, policyId);
    return commit(async tx => {
      await currentPolicy(tx, policyId);
      const data = { policyId: null, updatedAt: cloud.clock.now() };
      for (const { id } of await tx.db.vault.findMany({ where: { policyId }, select: { id: true } }))
        emitVault(tx, 'vault.updated', await tx.db.vault.update({ where: { id }, data }));
      emitPolicy(tx, 'backuppolicy.deleted', await tx.db.backupPolicy.delete({ where: { id: policyId } }));
      await releaseQuota(tx, { tenantId: caller.tenantId, resource: 'backupPolicies', amount: 1 });
      return { policyId };
    });
  },
});

export const getBackupPolicy = defineOperation({
  name: 'backupPolicies.get',
  permission: 'cbr:policies:get',
  access: 'read',
  input: z.object({ policyId: z.string() }),
  errors: [errors.policyNotFound],
  async run({ cloud, caller, input }): Promise<BackupPolicy> {
    const policy = await cloud.database.read.backupPolicy.findFirst({ where: { id: input.policyId, ...ownRows(caller) } });
    ensure(policy, errors.policyNotFound, { field: 'policyId' });
    return policy;
  },
});

export const listBackupPolicies = defineOperation({
  name: 'backupPolicies.list',
  permission: 'cbr:policies:list',
  access: 'read',
  input: z.object({ page: PageInput.prefault({}) }),
  run: ({ cloud, caller, input: { page } }): Promise<Page<BackupPolicy>> =>
    readPage<BackupPolicy>(page, { column: 'createdAt', idColumn: 'id', direction: 'desc' }, ({ where, ...query }) =>
      cloud.database.read.backupPolicy.findMany({ where: { tenantId: caller.tenantId, AND: [where] }, ...query }),
    ),
});
