import type { Server } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';

export type ServerEventKind =
  | 'server.created'
  | 'server.active'
  | 'server.stopped'
  | 'server.updated'
  | 'server.failed'
  | 'server.deleted';

type Told = Pick<Server, 'id' | 'tenantId' | 'name' | 'status' | 'taskState' | 'faultCode' | 'faultMessage'> &
  Partial<Pick<Server, 'powerState' | 'provisionState'>>;

/** Tells the tenant of a change of its server; of a bare-metal one with the states of its machine. */
export function emitServer(tx: Transaction, kind: ServerEventKind, server: Told): void {
  const { id, tenantId, name, status, taskState, faultCode, faultMessage, powerState, provisionState } = server;
  const machine = powerState && provisionState ? { powerState, provisionState } : {};
  tx.emit({
    kind,
    resourceType: 'server',
    resourceId: id,
    payload: { id, name, status, taskState, faultCode, faultMessage, ...machine },
    audiences: [tenantId],
  });
}
