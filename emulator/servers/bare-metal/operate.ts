import type { Cloud } from '../../cloud.ts';
import { CloudError } from '../../errors.ts';
import type { Caller } from '../../identity/caller.ts';
import { slices } from '../../store/slices.ts';
import type { Transaction } from '../../transactions.ts';
import { beginAction } from '../begin-action.ts';
import { orderBatch } from '../order-batch.ts';
import { operateBareMetalBatch, operateSingleBareMetalJob } from './jobs/operate-bare-metal-server.ts';
import { inOwnCodes } from './own-codes.ts';
import { alreadyThere, busyWith, type PowerActionName, powerActions } from './power-actions.ts';

/**
 * Orders the jobs that switch the power of bare-metal servers. Throws the code for what is in the way: `poweringOn`, `poweringOff`, `rebooting`,
 * `alreadyOn`, `alreadyOff`, `statusWrong`. Returns the id of the batch.
 */
export async function operateMachines(
  tx: Transaction,
  cloud: Cloud,
  caller: Pick<Caller, 'tenantId' | 'userId'>,
  { serverIds, action }: { serverIds: readonly string[]; action: PowerActionName },
): Promise<string> {
  const begins = powerActions[action].action;
  for (const ids of slices(serverIds)) {
    for (const { id, status, taskState } of await tx.db.server.findMany({ where: { id: { in: [...ids] } } })) {
      const error = busyWith[taskState ?? ''] ?? alreadyThere[begins]?.[status];
      if (error) throw new CloudError(error, { message: `${error.message} (${id})`, field: 'serverIds' });
    }
  }
  return inOwnCodes(async () => {
    const inputs = serverIds.map(serverId => ({ serverId, action }));
    const jobId = await orderBatch(tx, cloud, caller, {
      batch: operateBareMetalBatch,
      single: operateSingleBareMetalJob,
      inputs,
    });
    await beginAction(tx, cloud, begins, serverIds);
    return jobId;
  });
}
