import { createPort, deletePort, updatePort } from '../../emulator/networks/operations/change-ports.ts';
import { createSubnet, deleteSubnet, updateSubnet } from '../../emulator/networks/operations/change-subnets.ts';
import { createVpc, deleteVpc, updateVpc } from '../../emulator/networks/operations/change-vpcs.ts';
import { portOfAnswer, subnetOfAnswer, vpcOfAnswer } from './answer-fields.ts';
import { globalId, readId, readIds } from './global-id.ts';
import { addMutation } from './mutation.ts';

const aName = 'up to 64 letters, digits, `-`, `_` and `.`.';

addMutation('createVpc', {
  description: 'Makes a VPC. Several VPCs may have the same range: they are apart.',
  input: t => ({
    name: t.string({ required: true, description: `Its name, which no other VPC of the tenant has: ${aName}` }),
    cidr: t.string({
      required: true,
      description: 'Its range: inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, of up to 24 bits.',
    }),
    description: t.string({ description: 'Words of yours, up to 255 characters.' }),
  }),
  run: (session, input, options) => session.run(createVpc, input, options),
  payload: t => ({ vpc: t.field(vpcOfAnswer) }),
});

addMutation('updateVpc', {
  description: 'Changes a VPC. What is left out stays.',
  input: t => ({
    vpcId: t.id({ required: true, description: 'The VPC.' }),
    name: t.string({ description: 'Another name.' }),
    cidr: t.string({ description: 'Another range, which holds all of its subnets.' }),
    description: t.string({ description: 'Other words; null for none.' }),
  }),
  run: (session, { vpcId, name, cidr, description }, options) =>
    session.run(
      updateVpc,
      { vpcId: readId.vpc(vpcId, 'vpcId'), name: name ?? undefined, cidr: cidr ?? undefined, description },
      options,
    ),
  payload: t => ({ vpc: t.field(vpcOfAnswer) }),
});

addMutation('deleteVpc', {
  description: 'Deletes a VPC without subnets.',
  input: t => ({ vpcId: t.id({ required: true, description: 'The VPC.' }) }),
  run: (session, { vpcId }, options) => session.run(deleteVpc, { vpcId: readId.vpc(vpcId, 'vpcId') }, options),
  payload: t => ({
    deletedVpcId: t.id({ description: 'Global id of what is gone.', resolve: ({ vpcId }) => globalId('Vpc', vpcId) }),
  }),
});

addMutation('createSubnet', {
  description: 'Makes a subnet of a VPC. Servers in one subnet reach each other; subnets are apart.',
  input: t => ({
    vpcId: t.id({ required: true, description: 'The VPC.' }),
    name: t.string({ required: true, description: `Its name: ${aName}` }),
    cidr: t.string({
      required: true,
      description: 'Its range: inside that of the VPC, beside its other subnets, of up to 28 bits.',
    }),
    gateway: t.string({ description: 'Address of its gateway; the first of the range without it.' }),
    dhcp: t.boolean({ description: 'Whether DHCP is on; it is without this.' }),
    primaryDns: t.string({ description: 'Its first DNS server.' }),
    secondaryDns: t.string({ description: 'Its second DNS server.' }),
    description: t.string({ description: 'Words of yours, up to 255 characters.' }),
  }),
  run: (session, { vpcId, dhcp, ...rest }, options) =>
    session.run(createSubnet, { ...rest, vpcId: readId.vpc(vpcId, 'vpcId'), dhcp: dhcp ?? undefined }, options),
  payload: t => ({ subnet: t.field(subnetOfAnswer) }),
});

addMutation('updateSubnet', {
  description: 'Changes a subnet, but for its range and gateway. What is left out stays.',
  input: t => ({
    subnetId: t.id({ required: true, description: 'The subnet.' }),
    name: t.string({ description: 'Another name.' }),
    dhcp: t.boolean({ description: 'Whether DHCP is on.' }),
    primaryDns: t.string({ description: 'Another first DNS server; null for none.' }),
    secondaryDns: t.string({ description: 'Another second DNS server; null for none.' }),
    description: t.string({ description: 'Other words; null for none.' }),
  }),
  run: (session, { subnetId, name, dhcp, ...rest }, options) =>
    session.run(
      updateSubnet,
      { ...rest, subnetId: readId.subnet(subnetId, 'subnetId'), name: name ?? undefined, dhcp: dhcp ?? undefined },
      options,
    ),
  payload: t => ({ subnet: t.field(subnetOfAnswer) }),
});

addMutation('deleteSubnet', {
  description: 'Deletes a subnet without ports.',
  input: t => ({ subnetId: t.id({ required: true, description: 'The subnet.' }) }),
  run: (session, { subnetId }, options) => session.run(deleteSubnet, { subnetId: readId.subnet(subnetId, 'subnetId') }, options),
  payload: t => ({
    deletedSubnetId: t.id({ description: 'Global id of what is gone.', resolve: ({ subnetId }) => globalId('Subnet', subnetId) }),
  }),
});

addMutation('createPort', {
  description: 'Makes a port: a place in a subnet, with an address, that a server can be launched with and that outlives it.',
  input: t => ({
    subnetId: t.id({ required: true, description: 'The subnet.' }),
    name: t.string({ description: `Its name: ${aName}` }),
    address: t.string({ description: 'An address of the subnet; any that is free without it.' }),
    securityGroupIds: t.idList({ description: 'Its security groups, up to 10; the default group without any.' }),
  }),
  run: (session, { subnetId, securityGroupIds, ...rest }, options) =>
    session.run(
      createPort,
      {
        ...rest,
        subnetId: readId.subnet(subnetId, 'subnetId'),
        securityGroupIds: securityGroupIds && readIds(readId.securityGroup, securityGroupIds, 'securityGroupIds'),
      },
      options,
    ),
  payload: t => ({ port: t.field(portOfAnswer) }),
});

addMutation('updatePort', {
  description: 'Renames a port or puts it into other security groups, also one that a server has. What is left out stays.',
  input: t => ({
    portId: t.id({ required: true, description: 'The port.' }),
    name: t.string({ description: 'Another name; null for none.' }),
    securityGroupIds: t.idList({ description: 'All of its security groups, 1 to 10.' }),
  }),
  run: (session, { portId, name, securityGroupIds }, options) =>
    session.run(
      updatePort,
      {
        portId: readId.port(portId, 'portId'),
        name,
        securityGroupIds: securityGroupIds && readIds(readId.securityGroup, securityGroupIds, 'securityGroupIds'),
      },
      options,
    ),
  payload: t => ({ port: t.field(portOfAnswer) }),
});

addMutation('deletePort', {
  description: 'Deletes a port that no server has.',
  input: t => ({ portId: t.id({ required: true, description: 'The port.' }) }),
  run: (session, { portId }, options) => session.run(deletePort, { portId: readId.port(portId, 'portId') }, options),
  payload: t => ({
    deletedPortId: t.id({ description: 'Global id of what is gone.', resolve: ({ portId }) => globalId('Port', portId) }),
  }),
});
