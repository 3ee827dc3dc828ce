import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { releaseQuota } from '../../quotas.ts';
import { text } from '../../validation.ts';
import { usableAddresses } from '../addresses.ts';
import { networkErrors as errors } from '../errors.ts';
import { emitNetwork } from '../network-events.ts';
import { ownPort, ownSubnet } from '../own-networks.ts';
import { groupsOfPort } from '../port-groups.ts';
import { recordPorts } from '../record-ports.ts';
import * as rules from '../rules.ts';

/** Making, changing and deleting ports: places in a subnet that a server can be launched with, and that outlive it. Source: compute 5.1. */

export const createPort = defineOperation({
  name: 'networks.createPort',
  permission: 'vpc:ports:create',
  access: 'write',
  input: z.object({
    subnetId: z.string(),
    name: rules.PortName.nullish(),
    address: text(errors.addressOutsideSubnet).nullish(),
    securityGroupIds: rules.SecurityGroupsOfPort.nullish(),
  }),
  invalid: errors.portInvalid,
  errors: [
    errors.subnetNotFound,
    errors.portNameInvalid,
    errors.addressOutsideSubnet,
    errors.addressInUse,
    errors.noFreeAddress,
    errors.portQuotaUsedUp,
    errors.securityGroupsOfPortInvalid,
    errors.securityGroupNotFound,
  ],
  async run({ cloud, caller, input: { subnetId, name, address, ...input }, commit }) {
    return commit(async tx => {
      const subnet = await ownSubnet(tx, caller, subnetId);
      if (address) refuse(!usableAddresses(subnet).includes(address), errors.addressOutsideSubnet, { field: 'address' });
      const wanted = input.securityGroupIds ?? [];
      const securityGroupIds = await groupsOfPort(tx, caller.tenantId, wanted, errors.securityGroupNotFound);
      const order = { subnet, address: address || null, name: name ?? '', serverId: null, primary: false, userMade: true };
      const ports = await recordPorts(tx, cloud, [{ ...order, securityGroupIds }], errors);
      return { portId: ports[0]?.id ?? '' };
    });
  },
});

/** Also of a port that a server has. */
export const updatePort = defineOperation({
  name: 'networks.updatePort',
  permission: 'vpc:ports:update',
  access: 'write',
  input: z.object({
    portId: z.string(),
    name: rules.PortName.nullish(),
    securityGroupIds: rules.SecurityGroupsOfPort.nullish(),
  }),
  invalid: errors.portInvalid,
  errors: [errors.portNotFound, errors.portNameInvalid, errors.securityGroupsOfPortInvalid, errors.securityGroupNotFound],
  async run({ caller, input: { portId, name, securityGroupIds }, commit }) {
    return commit(async tx => {
      await ownPort(tx, caller, portId);
      if (securityGroupIds) {
        const groupIds = await groupsOfPort(tx, caller.tenantId, securityGroupIds, errors.securityGroupNotFound);
        await tx.db.portSecurityGroup.deleteMany({ where: { portId } });
        await tx.db.portSecurityGroup.createMany({ data: groupIds.map(groupId => ({ portId, groupId })) });
      }
      const data = name === undefined ? {} : { name: name ?? '' };
      emitNetwork(tx, 'port', 'updated', await tx.db.port.update({ where: { id: portId }, data }));
      return { portId };
    });
  },
});

/** An elastic IP that is bound to the port is free afterwards. */
export const deletePort = defineOperation({
  name: 'networks.deletePort',
  permission: 'vpc:ports:delete',
  access: 'write',
  input: z.object({ portId: z.string() }),
  invalid: errors.portInvalid,
  errors: [errors.portNotFound, errors.portInUse],
  async run({ caller, input: { portId }, commit }) {
    return commit(async tx => {
      const port = await ownPort(tx, caller, portId);
      refuse(port.serverId !== null, errors.portInUse);
      const bound = await tx.db.publicAddress.findUnique({ where: { portId } });
      if (bound) {
        const free = await tx.db.publicAddress.update({ where: { id: bound.id }, data: { portId: null } });
        emitNetwork(tx, 'publicAddress', 'updated', free);
      }
      await tx.db.port.delete({ where: { id: portId } });
      await releaseQuota(tx, { tenantId: port.tenantId, resource: 'ports', amount: 1 });
      emitNetwork(tx, 'port', 'deleted', port);
      return { portId };
    });
  },
});
