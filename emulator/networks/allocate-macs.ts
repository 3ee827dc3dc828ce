import type { Transaction } from '../transactions.ts';

const COUNTER = 'mac';
/** The prefix that OpenStack gives to the interfaces of servers. */
const PREFIX = 'fa:16:3e';

/** MAC addresses that no other port of the cloud has: they are numbered, since three random bytes would meet by chance at some thousand ports. */
export async function allocateMacs(tx: Transaction, count: number): Promise<string[]> {
  const { value } = await tx.db.counter.upsert({
    where: { name: COUNTER },
    create: { name: COUNTER, value: count },
    update: { value: { increment: count } },
  });
  return Array.from({ length: count }, (_, index) => macOf(value - count + 1 + index));
}

function macOf(number: number): string {
  const bytes = [16, 8, 0].map(shift => ((number >> shift) & 0xff).toString(16).padStart(2, '0'));
  return [PREFIX, ...bytes].join(':');
}
