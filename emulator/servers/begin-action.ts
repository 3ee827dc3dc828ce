import type { Cloud } from '../cloud.ts';
import { refuse } from '../errors.ts';
import type { Server } from '../store/generated/client.ts';
import { ServerStatus } from '../store/generated/enums.ts';
import { slices } from '../store/slices.ts';
import type { Transaction } from '../transactions.ts';
import { serverErrors as errors } from './errors.ts';
import { emitServer } from './server-events.ts';
import { allows, type ServerActionName, serverActions, serverStatus } from './states.ts';

/**
 * Begins an action on servers in the transaction that orders its jobs: checks that their states allow it and shows what is going on. Called
 * after the order, so that a busy server is refused as busy. Throws `statusWrong`.
 */
export async function beginAction(
  tx: Transaction,
  cloud: Cloud,
  action: ServerActionName,
  serverIds: readonly string[],
): Promise<void> {
  const shown = { ...shownDuring(action), updatedAt: cloud.clock.now() };
  for (const ids of slices(serverIds)) {
    const id = { in: ids };
    const servers = await tx.db.server.findMany({ where: { id } });
    for (const server of servers) {
      refuse(!allows(action, server.status), errors.statusWrong, {
        message: `${errors.statusWrong.message} (${server.id}: ${server.status})`,
      });
      emitServer(tx, 'server.updated', { ...server, ...shown });
    }
    await tx.db.server.updateMany({ where: { id }, data: shown });
  }
}

function shownDuring(action: ServerActionName): Partial<Pick<Server, 'status' | 'taskState'>> {
  const { during } = serverActions[action];
  if (during === null) return action === 'delete' ? { taskState: 'deleting' } : {};
  const status = serverStatus(during.vmState, during.taskState);
  return { taskState: during.taskState, ...(isRecorded(status) && { status }) };
}

/** The documented list has more statuses than a server of Cloudyard can have. */
function isRecorded(status: string): status is ServerStatus {
  return Object.hasOwn(ServerStatus, status);
}
