import type { Transaction } from '../../transactions.ts';
import { emitServer } from '../server-events.ts';
import type { ProvisionState } from './machine.ts';

/** Shows the next phase of a bare-metal server's provisioning, and tells of it. Others have none: then nothing happens. */
export async function enterPhase(tx: Transaction, serverId: string, provisionState: ProvisionState): Promise<void> {
  const { kind } = await tx.db.server.findUniqueOrThrow({ where: { id: serverId }, select: { kind: true } });
  if (kind !== 'BARE_METAL') return;
  emitServer(tx, 'server.updated', await tx.db.server.update({ where: { id: serverId }, data: { provisionState } }));
}
