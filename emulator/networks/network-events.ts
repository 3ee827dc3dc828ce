import type { Transaction } from '../transactions.ts';

/** The things of this service by their names in events. */
type NetworkNoun = 'vpc' | 'subnet' | 'port' | 'securityGroup' | 'publicAddress';
type Change = 'created' | 'updated' | 'deleted';

interface Told {
  readonly id: string;
  readonly tenantId: string;
  readonly name?: string;
  readonly address?: string;
}

/** Tells the tenant of a change of one of its networks. */
export function emitNetwork(tx: Transaction, noun: NetworkNoun, change: Change, { id, tenantId, name, address }: Told): void {
  const payload = { id, ...(name !== undefined && { name }), ...(address !== undefined && { address }) };
  tx.emit({ kind: `${noun}.${change}`, resourceType: noun, resourceId: id, payload, audiences: [tenantId] });
}
