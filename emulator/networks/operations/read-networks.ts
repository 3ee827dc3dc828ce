import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { ensure } from '../../errors.ts';
import { type Caller, isAdministrator } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { Page } from '../../paging.ts';
import { PageInput } from '../../paging-input.ts';
import { readPage } from '../../read-page.ts';
import type { Subnet, Vpc } from '../../store/generated/client.ts';
import { networkErrors as errors } from '../errors.ts';
import { type ShownPort, showPort } from '../port-status.ts';
import { SubnetId, VpcId } from '../rules.ts';

/** Reading networks: those that every tenant has from the beginning, and those it has made. */

const oldestFirst = { column: 'createdAt', idColumn: 'id', direction: 'asc' } as const;

export const listVpcs = defineOperation({
  name: 'networks.listVpcs',
  permission: 'vpc:vpcs:list',
  access: 'read',
  input: z.object({ page: PageInput.prefault({}) }),
  run: ({ cloud, caller, input }): Promise<Page<Vpc>> =>
    readPage<Vpc>(input.page, oldestFirst, ({ where, ...query }) =>
      cloud.database.read.vpc.findMany({ where: { tenantId: caller.tenantId, AND: [where] }, ...query }),
    ),
});

export const getVpc = defineOperation({
  name: 'networks.getVpc',
  permission: 'vpc:vpcs:get',
  access: 'read',
  input: z.object({ vpcId: VpcId }),
  invalid: errors.vpcInvalid,
  errors: [errors.vpcIdInvalid, errors.vpcNotFound],
  async run({ cloud, caller, input }): Promise<Vpc> {
    const vpc = await cloud.database.read.vpc.findUnique({ where: { id: input.vpcId } });
    ensure(vpc && mayRead(caller, vpc), errors.vpcNotFound, { field: 'vpcId' });
    return vpc;
  },
});

export const listSubnets = defineOperation({
  name: 'networks.listSubnets',
  permission: 'vpc:subnets:list',
  access: 'read',
  input: z.object({ vpcId: z.string().nullish(), page: PageInput.prefault({}) }),
  run: ({ cloud, caller, input: { vpcId, page } }): Promise<Page<Subnet>> =>
    readPage<Subnet>(page, oldestFirst, ({ where, ...query }) =>
      cloud.database.read.subnet.findMany({
        where: { tenantId: caller.tenantId, ...(vpcId && { vpcId }), AND: [where] },
        ...query,
      }),
    ),
});

export const getSubnet = defineOperation({
  name: 'networks.getSubnet',
  permission: 'vpc:subnets:get',
  access: 'read',
  input: z.object({ subnetId: SubnetId }),
  invalid: errors.subnetInvalid,
  errors: [errors.subnetIdInvalid, errors.subnetNotFound],
  async run({ cloud, caller, input }): Promise<Subnet> {
    const subnet = await cloud.database.read.subnet.findUnique({ where: { id: input.subnetId } });
    ensure(subnet && mayRead(caller, subnet), errors.subnetNotFound, { field: 'subnetId' });
    return subnet;
  },
});

export const listPorts = defineOperation({
  name: 'networks.listPorts',
  permission: 'vpc:ports:list',
  access: 'read',
  input: z.object({ subnetId: z.string().nullish(), serverId: z.string().nullish(), page: PageInput.prefault({}) }),
  run: ({ cloud, caller, input: { subnetId, serverId, page } }): Promise<Page<ShownPort>> =>
    readPage<ShownPort>(page, oldestFirst, async ({ where, ...query }) => {
      const own = { tenantId: caller.tenantId, ...(subnetId && { subnetId }), ...(serverId && { serverId }) };
      const ports = await cloud.database.read.port.findMany({ where: { ...own, AND: [where] }, ...query });
      return Promise.all(ports.map(port => showPort(cloud, port)));
    }),
});

export const getPort = defineOperation({
  name: 'networks.getPort',
  permission: 'vpc:ports:get',
  access: 'read',
  input: z.object({ portId: z.string() }),
  errors: [errors.portNotFound],
  async run({ cloud, caller, input }): Promise<ShownPort> {
    const port = await cloud.database.read.port.findUnique({ where: { id: input.portId } });
    ensure(port && mayRead(caller, port), errors.portNotFound, { field: 'portId' });
    return showPort(cloud, port);
  },
});

/** Several subnets by id, for those who show many things that lie in them. Those that the caller may not read are left out. */
export const describeSubnets = defineOperation({
  name: 'networks.describeSubnets',
  permission: 'vpc:subnets:get',
  access: 'read',
  input: z.object({ subnetIds: z.array(z.string()) }),
  run: async ({ cloud, caller, input }): Promise<Subnet[]> => readable(cloud, caller, input.subnetIds),
});

async function readable(cloud: Cloud, caller: Caller, subnetIds: readonly string[]): Promise<Subnet[]> {
  const subnets = await cloud.database.read.subnet.findMany({ where: { id: { in: [...subnetIds] } } });
  return subnets.filter(subnet => mayRead(caller, subnet));
}

function mayRead(caller: Caller, { tenantId }: { tenantId: string }): boolean {
  return tenantId === caller.tenantId || isAdministrator(caller);
}
