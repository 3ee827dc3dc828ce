/**
 * Limits and checks of vaults, backups and policies: a table, and a schema for each input that carries the documented code of each check.
 *
 * Source: compute 6.2 (calls), 9.1 (limits), 9.2 (names).
 */
import { z } from 'zod';
import { descriptionOf } from '../names.ts';
import { tagsOf } from '../tags.ts';
import { failsWith, integer, lengthOf, text, uuid } from '../validation.ts';
import { backupErrors as errors } from './errors.ts';

export const backupLimits = {
  name: { min: 1, max: 64 },
  description: { max: 64 },
  /** GB */
  vaultSize: { min: 10, max: 10_485_760 },
  tags: { max: 20 },
  tagKey: { min: 1, max: 36 },
  tagValue: { max: 43 },
  /** In a vault, and in one request to add some. */
  resources: { max: 256 },
  /** Tenants that a backup is shared with. */
  members: { max: 10 },
  /** Of a server that is backed up as a whole. Source: compute 6.1. */
  sharedDisks: { max: 10 },
  /** A year. The service takes calendar rules; hours are ours. */
  everyHours: { min: 1, max: 8784 },
  keepBackups: { min: 1, max: 99_999 },
  keepDays: { min: 1, max: 99_999 },
  /**
   * What a tenant may have, by default; -1 is no limit. Policies: 32 for backups. Vaults, and the GB of all together: no number is documented;
   * the largest vault fits (inferred). Backups: what limits them is the capacity of the vaults. The `backups` 100 and `backup_gigabytes` 5120 of
   * the sample in 9.1 are in the quota set of the disk service: they are for backups of volumes without a vault, which there are none of here.
   */
  quota: { vaults: 100, gigabytes: 10_485_760, backups: -1, policies: 32 },
} as const;

/** A malformed id is the id of nothing: clients wait for a 404 after a delete. */
export const VaultId = uuid(errors.vaultNotFound);
export const BackupId = uuid(errors.backupNotFound);
export const PolicyId = uuid(errors.policyNotFound);
export const ResourceId = uuid(errors.resourceNotFound);

/** Of a vault, a backup or a policy. */
export const BackupName = text(errors.nameInvalid).refine(
  name => lengthOf(name) >= backupLimits.name.min && lengthOf(name) <= backupLimits.name.max && /^[\p{L}\p{N}_-]+$/u.test(name),
  failsWith(errors.nameInvalid),
);

export const BackupDescription = descriptionOf(backupLimits.description, errors.descriptionInvalid);

export const VaultSize = integer(backupLimits.vaultSize, errors.vaultSizeInvalid);

export const VaultTags = tagsOf(backupLimits, errors);

/** What goes into a vault: servers, each perhaps without some of its disks, or disks. */
export const VaultResources = z
  .array(z.object({ id: ResourceId, excludedDiskIds: z.array(ResourceId).default([]) }))
  .refine(resources => resources.length <= backupLimits.resources.max, failsWith(errors.tooManyResources))
  .refine(resources => new Set(resources.map(({ id }) => id)).size === resources.length, failsWith(errors.resourceTwice));

export const EveryHours = integer(backupLimits.everyHours, errors.badParameter);
export const KeepBackups = integer(backupLimits.keepBackups, errors.badParameter);
export const KeepDays = integer(backupLimits.keepDays, errors.badParameter);
