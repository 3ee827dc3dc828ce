import { z } from 'zod';
import { ensure } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { Vault, VaultResource, VaultTag } from '../../store/generated/client.ts';
import { ownRows } from '../backup-access.ts';
import { backupErrors as errors } from '../errors.ts';
import { type ResourceState, resourceStates } from '../resource-states.ts';

const NEWEST_FIRST = { column: 'createdAt', idColumn: 'id', direction: 'desc' } as const;

export const listVaults = defineOperation({
  name: 'vaults.list',
  permission: 'cbr:vaults:list',
  access: 'read',
  input: z.object({
    filter: z
      .object({
        name: z.string(),
        objectType: z.enum(['SERVER', 'DISK']),
        policyId: z.string(),
        resourceId: z.string(),
      })
      .partial()
      .prefault({}),
    page: PageInput.prefault({}),
  }),
  run: ({ cloud, caller, input: { filter, page } }): Promise<Page<Vault>> => {
    const { resourceId, ...columns } = filter;
    const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
    return readPage<Vault>(page, NEWEST_FIRST, ({ where, ...query }) =>
      cloud.database.read.vault.findMany({
        where: { tenantId: caller.tenantId, ...given, ...(resourceId && { resources: { some: { resourceId } } }), AND: [where] },
        ...query,
      }),
    );
  },
});

export const getVault = defineOperation({
  name: 'vaults.get',
  permission: 'cbr:vaults:get',
  access: 'read',
  input: z.object({ vaultId: z.string() }),
  errors: [errors.vaultNotFound],
  async run({ cloud, caller, input }): Promise<Vault> {
    const vault = await cloud.database.read.vault.findFirst({ where: { id: input.vaultId, ...ownRows(caller) } });
    ensure(vault, errors.vaultNotFound, { field: 'vaultId' });
    return vault;
  },
});

/** What vaults that the caller has been shown protect, in one go. */
export const listVaultResources = defineOperation({
  name: 'vaults.listResources',
  permission: 'cbr:vaults:list',
  access: 'read',
  input: z.object({ vaultIds: z.array(z.string()) }),
  run: ({ cloud, caller, input }): Promise<VaultResource[]> =>
    cloud.database.read.vaultResource.findMany({
      where: { vaultId: { in: input.vaultIds }, vault: ownRows(caller) },
      orderBy: [{ addedAt: 'asc' }, { resourceId: 'asc' }],
    }),
});

/** How servers and disks fare in the vaults that protect them, in one go; without those that none of the caller's protects. */
export const describeVaultResources = defineOperation({
  name: 'vaults.describeResources',
  permission: 'cbr:vaults:list',
  access: 'read',
  input: z.object({ resourceIds: z.array(z.string()) }),
  run: ({ cloud, caller, input }): Promise<ResourceState[]> => resourceStates(cloud, input.resourceIds, ownRows(caller)),
});

export const listVaultTags = defineOperation({
  name: 'vaults.listTags',
  permission: 'cbr:vaults:list',
  access: 'read',
  input: z.object({ vaultIds: z.array(z.string()) }),
  run: ({ cloud, caller, input }): Promise<VaultTag[]> =>
    cloud.database.read.vaultTag.findMany({
      where: { vaultId: { in: input.vaultIds }, vault: ownRows(caller) },
      orderBy: { key: 'asc' },
    }),
});
