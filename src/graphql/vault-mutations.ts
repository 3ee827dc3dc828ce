import { deleteVault } from '../../emulator/backups/operations/delete-vault.ts';
import {
  addVaultResources,
  createVault,
  deleteVaultTags,
  removeVaultResources,
  setVaultTags,
  updateVault,
} from '../../emulator/backups/operations/vaults.ts';
import { jobOfAnswer, vaultOfAnswer } from './answer-fields.ts';
import { builder } from './builder.ts';
import * as enums from './enums.ts';
import { globalId, readId, readIds } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { withoutNulls } from './nulls.ts';
import { TagInput } from './tag.ts';

const VaultResourceInput = builder.inputType('VaultResourceInput', {
  description: 'A server or disk for a vault.',
  fields: t => ({
    id: t.id({ required: true, description: 'The server, or the disk.' }),
    excludedDiskIds: t.idList({ description: 'Disks of the server that are left out of its backups.' }),
  }),
});

type ResourceInput = typeof VaultResourceInput.$inferInput;

const readResources = (resources: readonly ResourceInput[]) =>
  resources.map(({ id, excludedDiskIds }, index) => ({
    id: readId.serverOrDisk(id, `resources.${index}.id`),
    excludedDiskIds: readIds(readId.disk, excludedDiskIds ?? [], `resources.${index}.excludedDiskIds`),
  }));

addMutation('createVault', {
  description: 'Makes a vault for backups of servers or of disks.',
  input: t => ({
    name: t.string({ required: true, description: 'Name: 1 to 64 letters, digits, `-` and `_`.' }),
    size: t.int({ required: true, description: 'Capacity in GB: 10 to 10485760.' }),
    objectType: t.field({ type: enums.BackupObject, description: 'What it protects; servers without it.' }),
    protectType: t.field({ type: enums.VaultProtectType, description: 'What it is for; backups without it.' }),
    description: t.string({ description: 'Words of yours, up to 64 characters.' }),
    resources: t.field({ type: [VaultResourceInput], description: 'What it protects from the start; up to 256.' }),
    tags: t.field({ type: [TagInput], description: 'Its tags; up to 20.' }),
    policyId: t.id({ description: 'What makes backups in it by itself.' }),
    autoBind: t.boolean({ description: 'Whether its policy puts what no vault protects into it before it runs.' }),
    autoExpand: t.boolean({ description: 'Whether it grows where a backup does not fit.' }),
  }),
  run: (session, input, options) => {
    const { policyId, resources, tags, ...rest } = withoutNulls(input);
    const which = {
      ...rest,
      policyId: policyId && readId.backupPolicy(policyId, 'policyId'),
      resources: readResources(resources ?? []),
      tags: tags?.map(withoutNulls),
    };
    return session.run(createVault, which, options);
  },
  payload: t => ({ vault: t.field(vaultOfAnswer) }),
});

addMutation('updateVault', {
  description: 'Changes a vault of your own. What is left out stays; null for the policy takes it off.',
  input: t => ({
    vaultId: t.id({ required: true, description: 'The vault.' }),
    name: t.string({ description: 'Another name.' }),
    description: t.string({ description: 'Other words; null for none.' }),
    size: t.int({ description: 'Another capacity in GB; not below what it holds.' }),
    policyId: t.id({ description: 'Another policy; null for none.' }),
    autoBind: t.boolean({ description: 'Whether its policy puts what no vault protects into it before it runs.' }),
    autoExpand: t.boolean({ description: 'Whether it grows where a backup does not fit.' }),
  }),
  run: (session, { vaultId, policyId, description, ...rest }, options) =>
    session.run(
      updateVault,
      {
        ...withoutNulls(rest),
        description,
        policyId: policyId && readId.backupPolicy(policyId, 'policyId'),
        vaultId: readId.vault(vaultId, 'vaultId'),
      },
      options,
    ),
  payload: t => ({ vault: t.field(vaultOfAnswer) }),
});

addMutation('addVaultResources', {
  description: 'Puts servers or disks into a vault of your own. Each is in one vault at most.',
  input: t => ({
    vaultId: t.id({ required: true, description: 'The vault.' }),
    resources: t.field({ type: [VaultResourceInput], required: true, description: 'The servers, or the disks.' }),
  }),
  run: (session, { vaultId, resources }, options) =>
    session.run(addVaultResources, { vaultId: readId.vault(vaultId, 'vaultId'), resources: readResources(resources) }, options),
  payload: t => ({ vault: t.field(vaultOfAnswer) }),
});

addMutation('removeVaultResources', {
  description: 'Takes servers or disks out of a vault of your own. Their backups stay.',
  input: t => ({
    vaultId: t.id({ required: true, description: 'The vault.' }),
    resourceIds: t.idList({ required: true, description: 'The servers, or the disks.' }),
  }),
  run: (session, { vaultId, resourceIds }, options) =>
    session.run(
      removeVaultResources,
      { vaultId: readId.vault(vaultId, 'vaultId'), resourceIds: readIds(readId.serverOrDisk, resourceIds, 'resourceIds') },
      options,
    ),
  payload: t => ({ vault: t.field(vaultOfAnswer) }),
});

addMutation('setVaultTags', {
  description: 'Adds tags to a vault of your own; a key that is there gets the new value.',
  input: t => ({
    vaultId: t.id({ required: true, description: 'The vault.' }),
    tags: t.field({ type: [TagInput], required: true, description: 'The tags.' }),
  }),
  run: (session, { vaultId, tags }, options) =>
    session.run(setVaultTags, { vaultId: readId.vault(vaultId, 'vaultId'), tags: tags.map(withoutNulls) }, options),
  payload: t => ({ vault: t.field(vaultOfAnswer) }),
});

addMutation('deleteVaultTags', {
  description: 'Takes tags off a vault of your own; keys that it does not have are ignored.',
  input: t => ({
    vaultId: t.id({ required: true, description: 'The vault.' }),
    keys: t.stringList({ required: true, description: 'Names of the tags.' }),
  }),
  run: (session, { vaultId, keys }, options) =>
    session.run(deleteVaultTags, { vaultId: readId.vault(vaultId, 'vaultId'), keys }, options),
  payload: t => ({ vault: t.field(vaultOfAnswer) }),
});

addMutation('deleteVault', {
  description: 'Deletes a vault of your own with its backups. Refused while an image stands on one of them.',
  input: t => ({ vaultId: t.id({ required: true, description: 'The vault.' }) }),
  run: (session, { vaultId }, options) => session.run(deleteVault, { vaultId: readId.vault(vaultId, 'vaultId') }, options),
  payload: t => ({
    job: t.field(jobOfAnswer),
    deletedVaultId: t.id({ description: 'Global id that it had.', resolve: ({ vaultId }) => globalId('Vault', vaultId) }),
  }),
});
