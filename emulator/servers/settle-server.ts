import type { Cloud } from '../cloud.ts';
import type { Prisma, Server } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { type ProvisionState, powerByStatus } from './bare-metal/machine.ts';
import { emitServer, type ServerEventKind } from './server-events.ts';

/** Changes a server's row and tells of it. Without a task and a fault, unless the change names them. */
export async function settleServer(
  tx: Transaction,
  cloud: Cloud,
  kind: ServerEventKind,
  serverId: string,
  change: Prisma.ServerUpdateInput,
): Promise<Server> {
  const data = { taskState: null, faultCode: null, faultMessage: null, updatedAt: cloud.clock.now(), ...change };
  const server = await showMachine(tx, await tx.db.server.update({ where: { id: serverId }, data }));
  emitServer(tx, kind, server);
  return server;
}

const PROVISIONED: ProvisionState = 'active';

/** A bare-metal server's management controller says what became of its power; and whatever provisioned its machine is over. */
async function showMachine(tx: Transaction, server: Server): Promise<Server> {
  const powerState = powerByStatus[server.status];
  if (server.kind !== 'BARE_METAL' || powerState === undefined) return server;
  if (powerState === server.powerState && server.provisionState === PROVISIONED) return server;
  return tx.db.server.update({ where: { id: server.id }, data: { powerState, provisionState: PROVISIONED } });
}
