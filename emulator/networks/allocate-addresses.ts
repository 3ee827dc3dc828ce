import { CloudError, type ErrorCode } from '../errors.ts';
import type { Subnet } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { usableAddresses } from './addresses.ts';

/** How many addresses are looked up at once, at first and at most: the first look finds what is free in all but full subnets. */
const FIRST_LOOK = 16;
const LARGEST_LOOK = 512;

/**
 * Free addresses of a subnet, in the transaction that writes their ports. They go round: the search begins behind the address that was
 * handed out last, so it costs the same however many ports there are, and an address rests before it is used again.
 * Those that are spoken for are left alone. Throws the error if there are not as many.
 */
export async function allocateAddresses(
  tx: Transaction,
  subnet: Subnet,
  count: number,
  none: ErrorCode,
  spokenFor: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const usable = usableAddresses(subnet);
  if (count > usable.size) throw new CloudError(none);
  const name = `address.${subnet.id}`;
  const place = (await tx.db.counter.findUnique({ where: { name } }))?.value ?? 0;
  const found: string[] = [];
  let tried = 0;
  for (let look = count + FIRST_LOOK; found.length < count && tried < usable.size; look = Math.min(2 * look, LARGEST_LOOK)) {
    const offsets = Array.from(
      { length: Math.min(look, usable.size - tried) },
      (_, index) => (place + tried + index) % usable.size,
    );
    const candidates = offsets.map(offset => usable.at(offset));
    const taken = await takenOf(tx, subnet.id, candidates);
    for (const address of candidates) {
      if (found.length === count) break;
      tried++;
      if (address !== undefined && !taken.has(address) && !spokenFor.has(address)) found.push(address);
    }
  }
  if (found.length < count) throw new CloudError(none);
  const value = (place + tried) % usable.size;
  await tx.db.counter.upsert({ where: { name }, create: { name, value }, update: { value } });
  return found;
}

/** Checks an address that somebody asked for. Throws `inUse` if another port has it. */
export async function requireFreeAddress(tx: Transaction, subnet: Subnet, address: string, inUse: ErrorCode): Promise<void> {
  if ((await takenOf(tx, subnet.id, [address])).size > 0) throw new CloudError(inUse, { field: 'address' });
}

async function takenOf(tx: Transaction, subnetId: string, candidates: readonly (string | undefined)[]): Promise<Set<string>> {
  const address = { in: candidates.filter(candidate => candidate !== undefined) };
  const ports = await tx.db.port.findMany({ where: { subnetId, address }, select: { address: true } });
  return new Set(ports.map(port => port.address));
}
