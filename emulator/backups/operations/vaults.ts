import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { releaseQuota, takeQuota } from '../../quotas.ts';
import type { Vault } from '../../store/generated/client.ts';
import type { Transaction } from '../../transactions.ts';
import { GIB } from '../../units.ts';
import { currentPolicy, currentVault, ownPolicy, ownVault } from '../backup-access.ts';
import { emitVault } from '../backup-events.ts';
import { backupErrors as errors } from '../errors.ts';
import {
  BackupDescription,
  BackupName,
  backupLimits,
  PolicyId,
  ResourceId,
  VaultId,
  VaultResources,
  VaultSize,
  VaultTags,
} from '../rules.ts';
import { addToVault } from '../vault-resources.ts';

/** Vaults, and what is in them. Source: compute 6.2. */

const resourceErrors = [
  errors.tooManyResources,
  errors.resourceTwice,
  errors.resourceNotFound,
  errors.resourceTypeWrong,
  errors.resourceInOtherVault,
  errors.bareMetalServer,
];

export const createVault = defineOperation({
  name: 'vaults.create',
  permission: 'cbr:vaults:create',
  access: 'write',
  input: z.object({
    name: BackupName,
    description: BackupDescription.nullish(),
    objectType: z.enum(['SERVER', 'DISK']).default('SERVER'),
    protectType: z.enum(['BACKUP', 'REPLICATION']).default('BACKUP'),
    size: VaultSize,
    autoBind: z.boolean().default(false),
    autoExpand: z.boolean().default(false),
    policyId: PolicyId.nullish(),
    resources: VaultResources.default([]),
    tags: VaultTags.default([]),
  }),
  invalid: errors.badParameter,
  errors: [
    errors.nameInvalid,
    errors.descriptionInvalid,
    errors.vaultSizeInvalid,
    errors.tagInvalid,
    errors.tooManyTags,
    errors.policyNotFound,
    errors.vaultQuotaUsedUp,
    errors.vaultGigabytesUsedUp,
    ...resourceErrors,
  ],
  async run({ cloud, caller, input: { resources, tags, description, policyId, ...input }, commit }) {
    if (policyId) await ownPolicy(cloud, caller, policyId);
    return commit(async tx => {
      const { tenantId } = caller;
      if (policyId) await currentPolicy(tx, policyId);
      await takeQuota(tx, cloud.config, { tenantId, resource: 'vaults', amount: 1 }, errors.vaultQuotaUsedUp);
      const capacity = { tenantId, resource: 'vaultGigabytes', amount: input.size } as const;
      await takeQuota(tx, cloud.config, capacity, errors.vaultGigabytesUsedUp);
      const now = cloud.clock.now();
      const vault = await tx.db.vault.create({
        data: {
          ...input,
          id: cloud.ids.uuid(),
          tenantId,
          description: description ?? '',
          policyId: policyId ?? null,
          status: 'AVAILABLE',
          createdAt: now,
          updatedAt: now,
        },
      });
      await addToVault(tx, cloud, vault, resources);
      await tx.db.vaultTag.createMany({ data: tags.map(tag => ({ ...tag, vaultId: vault.id })) });
      emitVault(tx, 'vault.created', vault);
      return { vaultId: vault.id };
    });
  },
});

/** What is left out stays. */
export const updateVault = defineOperation({
  name: 'vaults.update',
  permission: 'cbr:vaults:update',
  access: 'write',
  input: z.object({
    vaultId: VaultId,
    name: BackupName.optional(),
    description: BackupDescription.nullish(),
    size: VaultSize.optional(),
    autoBind: z.boolean().optional(),
    autoExpand: z.boolean().optional(),
    policyId: PolicyId.nullish(),
  }),
  invalid: errors.badParameter,
  errors: [
    errors.vaultNotFound,
    errors.vaultStatusWrong,
    errors.nameInvalid,
    errors.descriptionInvalid,
    errors.vaultSizeInvalid,
    errors.vaultSizeBelowUsed,
    errors.vaultGigabytesUsedUp,
    errors.policyNotFound,
  ],
  async run({ cloud, caller, input: { vaultId, description, ...changes }, commit }) {
    await ownVault(cloud, caller, vaultId);
    if (changes.policyId) await ownPolicy(cloud, caller, changes.policyId);
    return commit(async tx => {
      const vault = await currentVault(tx, vaultId);
      refuse(vault.status !== 'AVAILABLE', errors.vaultStatusWrong);
      if (changes.policyId) await currentPolicy(tx, changes.policyId);
      if (changes.size !== undefined) await resizeVault(tx, cloud, vault, changes.size);
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      const data = {
        ...given,
        ...(description !== undefined && { description: description ?? '' }),
        updatedAt: cloud.clock.now(),
      };
      emitVault(tx, 'vault.updated', await tx.db.vault.update({ where: { id: vaultId }, data }));
      return { vaultId };
    });
  },
});

async function resizeVault(
  tx: Transaction,
  cloud: Cloud,
  { tenantId, size: before, usedBytes }: Vault,
  size: number,
): Promise<void> {
  refuse(size * GIB < usedBytes, errors.vaultSizeBelowUsed, { field: 'size' });
  const more = { tenantId, resource: 'vaultGigabytes', amount: size - before } as const;
  if (size > before) await takeQuota(tx, cloud.config, more, errors.vaultGigabytesUsedUp);
  else await releaseQuota(tx, { ...more, amount: before - size });
}

export const addVaultResources = defineOperation({
  name: 'vaults.addResources',
  permission: 'cbr:vaults:update',
  access: 'write',
  input: z.object({ vaultId: VaultId, resources: VaultResources }),
  invalid: errors.badParameter,
  errors: [errors.vaultNotFound, errors.vaultStatusWrong, ...resourceErrors],
  async run({ cloud, caller, input: { vaultId, resources }, commit }) {
    await ownVault(cloud, caller, vaultId);
    refuse(resources.length === 0, errors.badParameter, { field: 'resources' });
    return commit(async tx => {
      const vault = await currentVault(tx, vaultId);
      refuse(vault.status !== 'AVAILABLE', errors.vaultStatusWrong);
      await addToVault(tx, cloud, vault, resources);
      emitVault(tx, 'vault.updated', await touch(tx, vaultId, cloud.clock.now()));
      return { vaultId };
    });
  },
});

/** Its backups stay. */
export const removeVaultResources = defineOperation({
  name: 'vaults.removeResources',
  permission: 'cbr:vaults:update',
  access: 'write',
  input: z.object({ vaultId: VaultId, resourceIds: z.array(ResourceId).min(1).max(backupLimits.resources.max) }),
  invalid: errors.badParameter,
  errors: [errors.vaultNotFound, errors.vaultStatusWrong, errors.resourceNotFound, errors.resourceNotInVault],
  async run({ cloud, caller, input: { vaultId, resourceIds }, commit }) {
    await ownVault(cloud, caller, vaultId);
    return commit(async tx => {
      const { status } = await currentVault(tx, vaultId);
      refuse(status !== 'AVAILABLE', errors.vaultStatusWrong);
      const distinct = [...new Set(resourceIds)];
      const { count } = await tx.db.vaultResource.deleteMany({ where: { vaultId, resourceId: { in: distinct } } });
      refuse(count < distinct.length, errors.resourceNotInVault, { field: 'resourceIds' });
      emitVault(tx, 'vault.updated', await touch(tx, vaultId, cloud.clock.now()));
      return { vaultId };
    });
  },
});

export const setVaultTags = defineOperation({
  name: 'vaults.setTags',
  permission: 'cbr:vaults:update',
  access: 'write',
  input: z.object({ vaultId: VaultId, tags: VaultTags }),
  invalid: errors.badParameter,
  errors: [errors.vaultNotFound, errors.tagInvalid, errors.tooManyTags],
  async run({ cloud, caller, input: { vaultId, tags }, commit }) {
    await ownVault(cloud, caller, vaultId);
    return commit(async tx => {
      emitVault(tx, 'vault.updated', await touch(tx, vaultId, cloud.clock.now()));
      await tx.db.vaultTag.deleteMany({ where: { vaultId, key: { in: tags.map(({ key }) => key) } } });
      await tx.db.vaultTag.createMany({ data: tags.map(tag => ({ ...tag, vaultId })) });
      const count = await tx.db.vaultTag.count({ where: { vaultId } });
      refuse(count > backupLimits.tags.max, errors.tooManyTags, { field: 'tags' });
      return { vaultId };
    });
  },
});

/** Keys that it does not have are ignored. */
export const deleteVaultTags = defineOperation({
  name: 'vaults.deleteTags',
  permission: 'cbr:vaults:update',
  access: 'write',
  input: z.object({ vaultId: VaultId, keys: z.array(z.string().max(127)).min(1).max(100) }),
  invalid: errors.badParameter,
  errors: [errors.vaultNotFound],
  async run({ cloud, caller, input: { vaultId, keys }, commit }) {
    await ownVault(cloud, caller, vaultId);
    return commit(async tx => {
      emitVault(tx, 'vault.updated', await touch(tx, vaultId, cloud.clock.now()));
      await tx.db.vaultTag.deleteMany({ where: { vaultId, key: { in: keys } } });
      return { vaultId };
    });
  },
});

async function touch(tx: Transaction, id: string, updatedAt: Date) {
  await currentVault(tx, id);
  return tx.db.vault.update({ where: { id }, data: { updatedAt } });
}
