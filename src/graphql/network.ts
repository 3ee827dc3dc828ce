import {
  getPort,
  getSubnet,
  getVpc,
  listPorts,
  listSubnets,
  listVpcs,
} from '../../emulator/networks/operations/read-networks.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import * as enums from './enums.ts';
import { globalId, readId } from './global-id.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { NodeRef, PortRef, PublicAddressRef, SecurityGroupRef, ServerRef, SubnetRef, VpcRef } from './refs.ts';

VpcRef.implement({
  description: 'A network of a tenant. Each tenant has a default one.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Vpc:<uuid>`.', resolve: vpc => globalId('Vpc', vpc.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    cidr: t.exposeString('cidr', { description: 'Its addresses: `192.168.0.0/16`. Several VPCs may have the same.' }),
    status: t.field({ type: enums.VpcStatus, description: 'Its status.', resolve: () => 'OK' as const }),
    isDefault: t.exposeBoolean('isDefault', { description: 'Whether it was there from the start.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

SubnetRef.implement({
  description: 'A part of a VPC in which servers have their addresses.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Subnet:<uuid>`.', resolve: subnet => globalId('Subnet', subnet.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    cidr: t.exposeString('cidr', { description: 'Its addresses: `192.168.0.0/24`.' }),
    description: t.exposeString('description', { description: 'Words of its owner.' }),
    gateway: t.exposeString('gateway', { description: 'Address of its gateway.' }),
    dhcp: t.exposeBoolean('dhcp', { description: 'Whether DHCP is on. It is kept; servers have their addresses either way.' }),
    primaryDns: t.exposeString('primaryDns', { nullable: true, description: 'Its first DNS server. It is kept, and not asked.' }),
    secondaryDns: t.exposeString('secondaryDns', {
      nullable: true,
      description: 'Its second DNS server. It is kept, and not asked.',
    }),
    status: t.field({ type: enums.SubnetStatus, description: 'Its status.', resolve: () => 'ACTIVE' as const }),
    isDefault: t.exposeBoolean('isDefault', { description: 'Whether servers are put into it unless another is asked for.' }),
    vpc: t.field({
      type: VpcRef,
      nullable: true,
      description: 'The VPC that it is a part of.',
      resolve: ({ vpcId }, _args, { session }) => session.loaders.vpcs.load(vpcId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

PortRef.implement({
  description: 'A place in a subnet: what gives a server its address.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `Port:<uuid>`.', resolve: port => globalId('Port', port.id) }),
    uuid: t.exposeString('id', { description: 'Id in the cloud.' }),
    name: t.exposeString('name', { description: 'Its name; most have none.' }),
    address: t.exposeString('address', { description: 'Its IP address.' }),
    mac: t.exposeString('mac', { description: 'Its hardware address.' }),
    status: t.expose('status', { type: enums.PortStatus, description: 'Its status, which follows from its server.' }),
    subnet: t.field({
      type: SubnetRef,
      nullable: true,
      description: 'The subnet that it is in.',
      resolve: ({ subnetId }, _args, { session }) => session.loaders.subnets.load(subnetId),
    }),
    primary: t.exposeBoolean('primary', { description: 'Whether it is the first of its server, which cannot be taken away.' }),
    userMade: t.exposeBoolean('userMade', {
      description: 'Whether it was made by itself, not for a server: then it outlives it.',
    }),
    securityGroups: t.field({
      type: [SecurityGroupRef],
      description: 'The security groups that it is in.',
      resolve: ({ id }, _args, { session }) => session.loaders.portSecurityGroups.load(id),
    }),
    publicAddress: t.field({
      type: PublicAddressRef,
      nullable: true,
      description: 'The elastic IP that is bound to it.',
      resolve: async ({ id }, _args, { session }) => (await session.loaders.portPublicAddresses.load(id))[0] ?? null,
    }),
    server: t.field({
      type: ServerRef,
      nullable: true,
      description: 'The server that has it.',
      resolve: ({ serverId }, _args, { session }) => (serverId === null ? null : session.loaders.servers.load(serverId)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

builder.queryFields(t => ({
  vpc: t.field({
    type: VpcRef,
    nullable: true,
    description: 'A VPC; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getVpc, { vpcId: readId.vpc(id) })),
  }),
  vpcs: t.connection(
    {
      type: VpcRef,
      description: 'The VPCs of the caller’s tenant, the oldest first.',
      complexity: pageCost,
      resolve: async (_root, page, { session }) => pageConnection(await session.run(listVpcs, { page })),
    },
    connectionOf('Vpc', 'VPCs'),
    edgeOf('Vpc'),
  ),
  subnet: t.field({
    type: SubnetRef,
    nullable: true,
    description: 'A subnet; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getSubnet, { subnetId: readId.subnet(id) })),
  }),
  subnets: t.connection(
    {
      type: SubnetRef,
      description: 'The subnets of the caller’s tenant, the oldest first.',
      args: { vpcId: t.arg.id({ description: 'Only those of this VPC.' }) },
      complexity: pageCost,
      resolve: async (_root, { vpcId, ...page }, { session }) =>
        pageConnection(await session.run(listSubnets, { vpcId: vpcId && readId.vpc(vpcId, 'vpcId'), page })),
    },
    connectionOf('Subnet', 'subnets'),
    edgeOf('Subnet'),
  ),
  port: t.field({
    type: PortRef,
    nullable: true,
    description: 'A port; null if there is none with this id for the caller.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its id in the cloud.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getPort, { portId: readId.port(id) })),
  }),
  ports: t.connection(
    {
      type: PortRef,
      description: 'The ports of the caller’s tenant, the oldest first.',
      args: {
        subnetId: t.arg.id({ description: 'Only those in this subnet.' }),
        serverId: t.arg.id({ description: 'Only those of this server.' }),
      },
      complexity: pageCost,
      resolve: async (_root, { subnetId, serverId, ...page }, { session }) =>
        pageConnection(
          await session.run(listPorts, {
            subnetId: subnetId && readId.subnet(subnetId, 'subnetId'),
            serverId: serverId && readId.server(serverId, 'serverId'),
            page,
          }),
        ),
    },
    connectionOf('Port', 'ports'),
    edgeOf('Port'),
  ),
}));
