import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { Caller } from '../../identity/caller.ts';
import { defineOperation } from '../../operation.ts';
import type { Transaction } from '../../transactions.ts';
import { beginAction } from '../begin-action.ts';
import { serverErrors as errors } from '../errors.ts';
import { rebootServerBatch, rebootSingleServerJob } from '../jobs/reboot-server.ts';
import { startServerBatch, startSingleServerJob } from '../jobs/start-server.ts';
import { stopServerBatch, stopSingleServerJob } from '../jobs/stop-server.ts';
import { type Batch, orderBatch } from '../order-batch.ts';
import { PowerType, ServerIds } from '../rules.ts';
import { ownServers } from '../server-access.ts';
import type { ServerActionName } from '../states.ts';

/** Powering servers on and off. A batch is taken as a whole or refused as a whole. Source: compute 2.4. */

const answered = [errors.serverNotFound, errors.serversNotFound, errors.tooManyServers, errors.statusWrong, errors.serverBusy];

export const startServers = defineOperation({
  name: 'servers.start',
  permission: 'ecs:cloudServers:start',
  access: 'write',
  input: z.object({ serverIds: ServerIds }),
  invalid: errors.badParameter,
  errors: answered,
  async run({ cloud, caller, input, commit }) {
    const inputs = await inputsFor(cloud, caller, input.serverIds, {});
    return commit(tx => order(tx, cloud, caller, 'start', { batch: startServerBatch, single: startSingleServerJob, inputs }));
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
    const inputs = await inputsFor(cloud, caller, serverIds, { type });
    return commit(tx => order(tx, cloud, caller, 'stop', { batch: stopServerBatch, single: stopSingleServerJob, inputs }));
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
    const inputs = await inputsFor(cloud, caller, serverIds, { type });
    const action = type === 'SOFT' ? 'softReboot' : 'hardReboot';
    return commit(tx => order(tx, cloud, caller, action, { batch: rebootServerBatch, single: rebootSingleServerJob, inputs }));
  },
});

/** The sub-jobs' inputs, one for each server of the caller. */
async function inputsFor<More extends object>(cloud: Cloud, caller: Caller, serverIds: readonly string[], more: More) {
  requireHardware(cloud);
  const servers = await ownServers(cloud, caller, serverIds);
  return servers.map(({ id: serverId }) => ({ serverId, ...more }));
}

async function order<Input extends { serverId: string }, State extends object>(
  tx: Transaction,
  cloud: Cloud,
  caller: Caller,
  action: ServerActionName,
  batch: Batch<Input, State>,
): Promise<{ jobId: string; serverIds: string[] }> {
  const serverIds = batch.inputs.map(({ serverId }) => serverId);
  const jobId = await orderBatch(tx, cloud, caller, batch);
  await beginAction(tx, cloud, action, serverIds);
  return { jobId, serverIds };
}
