import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { Caller } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { Server } from '../../store/generated/client.ts';
import { slices } from '../../store/slices.ts';
import type { Transaction } from '../../transactions.ts';
import { bareMetalErrors } from '../bare-metal/errors.ts';
import { operateMachines } from '../bare-metal/operate.ts';
import { type PowerActionName, powerActionOf } from '../bare-metal/power-actions.ts';
import { beginAction } from '../begin-action.ts';
import { serverErrors as errors } from '../errors.ts';
import { rebootServerBatch, rebootSingleServerJob } from '../jobs/reboot-server.ts';
import { startServerBatch, startSingleServerJob } from '../jobs/start-server.ts';
import { stopServerBatch, stopSingleServerJob } from '../jobs/stop-server.ts';
import { type Batch, orderBatch } from '../order-batch.ts';
import { PowerType, ServerIds } from '../rules.ts';
import { ownServers } from '../server-access.ts';
import type { ServerActionName } from '../states.ts';

/**
 * Powering servers on and off. A batch is taken as a whole or refused as a whole; it is of one kind of servers. Bare-metal ones are switched
 * by their own jobs, and refuse with the codes of their service. Source: compute 2.4.
 */

const answered = [
  errors.serverNotFound,
  errors.serversNotFound,
  errors.tooManyServers,
  errors.statusWrong,
  errors.serverBusy,
  bareMetalErrors.poweringOn,
  bareMetalErrors.poweringOff,
  bareMetalErrors.rebooting,
  bareMetalErrors.alreadyOn,
  bareMetalErrors.alreadyOff,
  bareMetalErrors.statusWrong,
];

export const startServers = defineOperation({
  name: 'servers.start',
  permission: 'ecs:cloudServers:start',
  access: 'write',
  input: z.object({ serverIds: ServerIds }),
  invalid: errors.badParameter,
  errors: answered,
  async run({ cloud, caller, input, commit }) {
    const servers = await switchable(cloud, caller, input.serverIds);
    const machineAction = powerActionOf.start.HARD;
    const inputs = servers.map(({ id: serverId }) => ({ serverId }));
    const batch = { batch: startServerBatch, single: startSingleServerJob, inputs };
    return commit(tx => order(tx, cloud, caller, { servers, action: 'start', machineAction, batch }));
  },
});

export const stopServers = defineOperation({
  name: 'servers.stop',
  permission: 'ecs:cloudServers:stop',
  access: 'write',
  input: z.object({ serverIds: ServerIds, type: PowerType.default('SOFT') }),
  invalid: errors.badParameter,
  errors: answered,
  async run({ cloud, caller, input: { serverIds, type }, commit }) {
    const servers = await switchable(cloud, caller, serverIds);
    const machineAction = powerActionOf.stop[type];
    const inputs = servers.map(({ id: serverId }) => ({ serverId, type }));
    const batch = { batch: stopServerBatch, single: stopSingleServerJob, inputs };
    return commit(tx => order(tx, cloud, caller, { servers, action: 'stop', machineAction, batch }));
  },
});

export const rebootServers = defineOperation({
  name: 'servers.reboot',
  permission: 'ecs:cloudServers:reboot',
  access: 'write',
  input: z.object({ serverIds: ServerIds, type: PowerType.default('SOFT') }),
  invalid: errors.badParameter,
  errors: answered,
  async run({ cloud, caller, input: { serverIds, type }, commit }) {
    const servers = await switchable(cloud, caller, serverIds);
    const action = type === 'SOFT' ? 'softReboot' : 'hardReboot';
    const machineAction = powerActionOf.reboot[type];
    const inputs = servers.map(({ id: serverId }) => ({ serverId, type }));
    const batch = { batch: rebootServerBatch, single: rebootSingleServerJob, inputs };
    return commit(tx => order(tx, cloud, caller, { servers, action, machineAction, batch }));
  },
});

/** Servers of the caller, all of one kind. */
async function switchable(cloud: Cloud, caller: Caller, serverIds: readonly string[]): Promise<Server[]> {
  requireHardware(cloud);
  const servers = await ownServers(cloud, caller, serverIds);
  refuse(new Set(servers.map(({ kind }) => kind)).size > 1, errors.badParameter, {
    message: 'Name either cloud servers or bare-metal servers.',
    field: 'serverIds',
  });
  return servers;
}

interface PowerOrder<Input extends { serverId: string }, State extends object> {
  readonly servers: readonly Server[];
  readonly action: ServerActionName;
  readonly machineAction: PowerActionName;
  readonly batch: Batch<Input, State>;
}

async function order<Input extends { serverId: string }, State extends object>(
  tx: Transaction,
  cloud: Cloud,
  caller: Caller,
  { servers, action, machineAction, batch }: PowerOrder<Input, State>,
): Promise<{ jobId: string; serverIds: string[] }> {
  const serverIds = servers.map(({ id }) => id);
  if (servers.some(({ kind }) => kind === 'BARE_METAL')) {
    return { jobId: await operateMachines(tx, cloud, caller, { serverIds, action: machineAction }), serverIds };
  }
  const jobId = await orderBatch(tx, cloud, caller, batch);
  if (action === 'start') await requireBootable(tx, serverIds);
  await beginAction(tx, cloud, action, serverIds);
  return { jobId, serverIds };
}

/** A system disk that a restore has left half written is restored again, or reinstalled, before anything boots from it. */
async function requireBootable(tx: Transaction, serverIds: readonly string[]): Promise<void> {
  for (const ids of slices(serverIds)) {
    const where = { serverId: { in: ids }, bootIndex: 0, disk: { status: 'ERROR_RESTORING' } } as const;
    const found = await tx.db.diskAttachment.findFirst({ where });
    refuse(found !== null, errors.statusWrong, {
      message: `${errors.statusWrong.message} (${found?.serverId}: its system disk is ERROR_RESTORING)`,
    });
  }
}
