import { z } from 'zod';
import { ensure } from '../../errors.ts';
import { isAdministrator } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { PublicAddress } from '../../store/generated/client.ts';
import { networkErrors as errors } from '../errors.ts';

export const listPublicAddresses = defineOperation({
  name: 'networks.listPublicAddresses',
  permission: 'vpc:publicIps:list',
  access: 'read',
  input: z.object({ portId: z.string().nullish(), page: PageInput.prefault({}) }),
  run: ({ cloud, caller: { tenantId }, input: { portId, page } }): Promise<Page<PublicAddress>> =>
    readPage<PublicAddress>(page, { column: 'createdAt', idColumn: 'id', direction: 'asc' }, ({ where, ...query }) =>
      cloud.database.read.publicAddress.findMany({ where: { tenantId, ...(portId && { portId }), AND: [where] }, ...query }),
    ),
});

export const getPublicAddress = defineOperation({
  name: 'networks.getPublicAddress',
  permission: 'vpc:publicIps:get',
  access: 'read',
  input: z.object({ publicAddressId: z.string() }),
  errors: [errors.publicAddressNotFound],
  async run({ cloud, caller, input }): Promise<PublicAddress> {
    const address = await cloud.database.read.publicAddress.findUnique({ where: { id: input.publicAddressId } });
    const isVisible = address && (address.tenantId === caller.tenantId || isAdministrator(caller));
    ensure(isVisible, errors.publicAddressNotFound, { field: 'publicAddressId' });
    return address;
  },
});

/** Those that are bound to some ports that the caller has been shown, in one go. */
export const listPortPublicAddresses = defineOperation({
  name: 'networks.listPortPublicAddresses',
  permission: 'vpc:publicIps:list',
  access: 'read',
  input: z.object({ portIds: z.array(z.string()) }),
  run: ({ cloud, caller, input }): Promise<PublicAddress[]> =>
    cloud.database.read.publicAddress.findMany({
      where: { portId: { in: input.portIds }, ...(!isAdministrator(caller) && { tenantId: caller.tenantId }) },
    }),
});
