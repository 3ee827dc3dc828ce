import { z } from 'zod';
import { ensure } from '../../errors.ts';
import { isAdministrator } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import { networkErrors as errors } from '../errors.ts';
import { type ShownPublicAddress, showPublicAddress } from '../public-address-status.ts';

export const listPublicAddresses = defineOperation({
  name: 'networks.listPublicAddresses',
  permission: 'vpc:publicIps:list',
  access: 'read',
  input: z.object({ portId: z.string().nullish(), page: PageInput.prefault({}) }),
  run: ({ cloud, caller: { tenantId }, input: { portId, page } }): Promise<Page<ShownPublicAddress>> =>
    readPage<ShownPublicAddress>(page, { column: 'createdAt', idColumn: 'id', direction: 'asc' }, async ({ where, ...query }) => {
      const own = { tenantId, ...(portId && { portId }) };
      const rows = await cloud.database.read.publicAddress.findMany({ where: { ...own, AND: [where] }, ...query });
      return Promise.all(rows.map(address => showPublicAddress(cloud, address)));
    }),
});

export const getPublicAddress = defineOperation({
  name: 'networks.getPublicAddress',
  permission: 'vpc:publicIps:get',
  access: 'read',
  input: z.object({ publicAddressId: z.string() }),
  errors: [errors.publicAddressNotFound],
  async run({ cloud, caller, input: { publicAddressId: id } }): Promise<ShownPublicAddress> {
    const address = await cloud.database.read.publicAddress.findUnique({ where: { id } });
    const isVisible = address && (address.tenantId === caller.tenantId || isAdministrator(caller));
    ensure(isVisible, errors.publicAddressNotFound, { field: 'publicAddressId' });
    return showPublicAddress(cloud, address);
  },
});

/** Those that are bound to some ports that the caller has been shown, in one go. */
export const listPortPublicAddresses = defineOperation({
  name: 'networks.listPortPublicAddresses',
  permission: 'vpc:publicIps:list',
  access: 'read',
  input: z.object({ portIds: z.array(z.string()) }),
  async run({ cloud, caller, input }): Promise<ShownPublicAddress[]> {
    const rows = await cloud.database.read.publicAddress.findMany({
      where: { portId: { in: input.portIds }, ...(!isAdministrator(caller) && { tenantId: caller.tenantId }) },
    });
    return Promise.all(rows.map(address => showPublicAddress(cloud, address)));
  },
});
