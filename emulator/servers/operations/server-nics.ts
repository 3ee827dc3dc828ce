import { z } from 'zod';
import { ensure, refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { type JobOrder, orderJob } from '../../jobs/job-orders.ts';
import { portLock } from '../../networks/port-status.ts';
import { defineOperation } from '../../operation.ts';
import { text } from '../../validation.ts';
import { bareMetalErrors } from '../bare-metal/errors.ts';
import { inBothCodes, inCodesOf } from '../bare-metal/own-codes.ts';
import { bareMetalLimits } from '../bare-metal/rules.ts';
import { beginAction } from '../begin-action.ts';
import { serverErrors as errors } from '../errors.ts';
import { attachNicJob, type NicInput } from '../jobs/attach-nic.ts';
import { detachNicJob } from '../jobs/detach-nic.ts';
import { newNic, nicOf, ownFreePort, recordNics } from '../launch-nics.ts';
import { orderFor } from '../order-batch.ts';
import * as rules from '../rules.ts';
import { ownServer } from '../server-access.ts';

/** Further network interfaces of servers, running or off. Source: compute 2.4, 3.1. */

export const attachNic = defineOperation({
  name: 'servers.attachNic',
  permission: 'ecs:cloudServers:addNics',
  access: 'write',
  input: z
    .object({
      serverId: rules.ServerId,
      subnetId: rules.SubnetId.nullish(),
      address: text(errors.addressOutsideSubnet).nullish(),
      portId: rules.PortId.nullish(),
      securityGroupIds: rules.SecurityGroupIds.default([]),
    })
    .refine(rules.isNicOrPort, rules.isNicOrPortError),
  invalid: errors.badParameter,
  errors: [
    errors.serverNotFound,
    ...inBothCodes([
      errors.subnetNotFound,
      errors.addressOutsideSubnet,
      errors.portNotFound,
      errors.portInUse,
      errors.securityGroupNotFound,
      errors.tooManySecurityGroups,
      errors.tooManyNics,
      errors.subnetTwice,
      errors.nicsOfSeveralVpcs,
      errors.addressInUse,
      errors.noFreeAddress,
      errors.portQuotaUsedUp,
      errors.statusWrong,
      errors.serverBusy,
    ]),
  ],
  async run({ cloud, caller, input: { serverId, portId, securityGroupIds, ...wanted }, commit }) {
    requireHardware(cloud);
    const { tenantId, kind } = await ownServer(cloud, caller, serverId);
    return inCodesOf(kind, async () => {
      const planned = await (portId ? ownFreePort(cloud, caller, portId) : newNic(cloud, caller, wanted));
      return commit(async tx => {
        const ports = await tx.db.port.findMany({ where: { serverId }, include: { subnet: true } });
        if (kind === 'BARE_METAL') refuse(ports.length >= bareMetalLimits.nics.max, bareMetalErrors.tooManyNics);
        refuse(ports.length >= rules.serverLimits.nics.max, errors.tooManyNics);
        refuse(
          ports.some(({ subnetId }) => subnetId === planned.subnet.id),
          errors.subnetTwice,
          { field: 'subnetId' },
        );
        refuse(
          ports.some(({ subnet }) => subnet.vpcId !== planned.subnet.vpcId),
          errors.nicsOfSeveralVpcs,
          { field: 'subnetId' },
        );
        const plan = { tenantId, servers: [{ id: serverId }], nics: [planned], securityGroupIds, areFurther: true };
        const [[nic] = []] = await recordNics(tx, cloud, plan, errors);
        ensure(nic, errors.nicNotAttached);
        const ordering = { ids: cloud.ids, clock: cloud.clock, caller };
        const job = await orderJob(tx, attachNicJob, nicOrder({ serverId, nic: { ...nic } }), ordering);
        await beginAction(tx, cloud, 'attachNic', [serverId]);
        tx.afterCommit(() => cloud.jobs.take([job]));
        return { jobId: job.id, serverId, portId: nic.portId };
      });
    });
  },
});

export const detachNic = defineOperation({
  name: 'servers.detachNic',
  permission: 'ecs:cloudServers:deleteNics',
  access: 'write',
  input: z.object({ serverId: rules.ServerId, portId: text(errors.nicNotFound) }),
  invalid: errors.badParameter,
  errors: [
    errors.serverNotFound,
    ...inBothCodes([errors.nicNotFound, errors.nicIsPrimary, errors.statusWrong, errors.serverBusy]),
  ],
  async run({ cloud, caller, input: { serverId, portId }, commit }) {
    requireHardware(cloud);
    const { kind } = await ownServer(cloud, caller, serverId);
    return inCodesOf(kind, () =>
      commit(async tx => {
        const port = await tx.db.port.findUnique({ where: { id: portId } });
        ensure(port?.serverId === serverId && port, errors.nicNotFound, { field: 'portId' });
        refuse(port.primary, errors.nicIsPrimary, { field: 'portId' });
        const ordering = { ids: cloud.ids, clock: cloud.clock, caller };
        const job = await orderJob(tx, detachNicJob, nicOrder({ serverId, nic: { ...nicOf(port) } }), ordering);
        await beginAction(tx, cloud, 'detachNic', [serverId]);
        tx.afterCommit(() => cloud.jobs.take([job]));
        return { jobId: job.id, serverId };
      }),
    );
  },
});

/** The server comes first: whoever is refused is told of it. */
function nicOrder(input: NicInput): JobOrder<NicInput> {
  const order = orderFor(input);
  return { ...order, locks: [...order.locks, portLock(input.nic.portId)] };
}
