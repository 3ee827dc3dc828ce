import type { Cloud } from '../cloud.ts';
import type { ServerExit } from '../hardware/hardware.ts';
import { untilJobEnds } from '../jobs/until-job-ends.ts';
import type { Server } from '../store/generated/client.ts';
import { operateMachines } from './bare-metal/operate.ts';
import { beginAction } from './begin-action.ts';
import { rebootServerBatch, rebootSingleServerJob } from './jobs/reboot-server.ts';
import { orderBatch, serverLock } from './order-batch.ts';
import { settleServer } from './settle-server.ts';

const CRASHED = 'The server went off by itself, without having been asked to.';

/**
 * A guest went off or asked for a reboot by itself. Off is SHUTOFF, with a fault if it did not mean to; for a reboot a job is ordered. What
 * happens while a power job is at the server is that job's doing.
 */
export async function recordServerExit(cloud: Cloud, exit: ServerExit, signal: AbortSignal): Promise<void> {
  if (exit.how === 'reboot') return bringBack(cloud, exit.id, signal);
  await cloud.transactions.run(async tx => {
    const server = await tx.db.server.findUnique({ where: { id: exit.id } });
    if (!server || !isOnByItself(server)) return;
    const fault = exit.how === 'crashed' ? { faultMessage: CRASHED } : {};
    await settleServer(tx, cloud, 'server.stopped', exit.id, { status: 'SHUTOFF', ...fault });
  });
}

/** Waits for a job that holds the server, such as an image of it being made. */
async function bringBack(cloud: Cloud, id: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const holder = await orderReboot(cloud, id);
    if (holder === undefined) return;
    await untilJobEnds(cloud, holder, signal);
  }
}

/** Orders the job. Returns the id of the job that holds the server, if one does. */
async function orderReboot(cloud: Cloud, serverId: string): Promise<string | undefined> {
  return cloud.transactions.run(async tx => {
    const server = await tx.db.server.findUnique({ where: { id: serverId } });
    if (!server || !isOnByItself(server)) return undefined;
    const lock = await tx.db.resourceLock.findUnique({ where: { resource: serverLock(serverId).resource } });
    if (lock) return lock.jobId;
    const owner = { tenantId: server.tenantId, userId: '' };
    if (server.kind === 'BARE_METAL') {
      await operateMachines(tx, cloud, owner, { serverIds: [serverId], action: 'REBOOT' });
      return undefined;
    }
    const inputs = [{ serverId, type: 'HARD' as const }];
    await orderBatch(tx, cloud, owner, { batch: rebootServerBatch, single: rebootSingleServerJob, inputs });
    await beginAction(tx, cloud, 'softReboot', [serverId]);
    return undefined;
  });
}

function isOnByItself({ status, taskState }: Pick<Server, 'status' | 'taskState'>): boolean {
  return status === 'ACTIVE' && taskState === null;
}
