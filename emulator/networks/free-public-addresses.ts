import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { Cloud } from '../cloud.ts';
import { CloudError } from '../errors.ts';
import type { PublicAddress } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { dotted } from './addresses.ts';
import { networkErrors as errors } from './errors.ts';
import { readRange } from './ranges.ts';

/** More than are needed, since another call may take some of them first. */
const SPARE = 4;
/** What a bound address answers at. */
const SSH = 22;

/**
 * Addresses of the configured range that neither this cloud has, nor, as far as can be seen, another one of this machine: one where
 * somebody listens at port 22 is passed over. Begins at a random place, so that clouds seldom come to the same ones. Throws
 * `noPublicAddress`.
 */
export async function freePublicAddresses({ config, database, ids }: Cloud, count: number): Promise<string[]> {
  const range = readRange(config.publicAddresses.range);
  const rows = await database.read.publicAddress.findMany({ select: { address: true } });
  const used = new Set(rows.map(({ address }) => address));
  const size = range ? range.last - range.first - 1 : 0;
  const start = createHash('sha256').update(ids.uuid()).digest().readUInt32BE(0);
  const found: string[] = [];
  for (let step = 0; range && step < size && found.length < count + SPARE; step++) {
    const address = dotted(range.first + 1 + ((start + step) % size));
    if (!used.has(address) && !(await isAnswered(address))) found.push(address);
  }
  if (found.length < count) throw new CloudError(errors.noPublicAddress);
  return found;
}

/** The first of these that no elastic IP has by now; the list loses what was looked at. Throws `noPublicAddress`. */
export async function takePublicAddress(tx: Transaction, candidates: string[]): Promise<PublicAddress['address']> {
  for (let address = candidates.shift(); address !== undefined; address = candidates.shift()) {
    if ((await tx.db.publicAddress.findUnique({ where: { address } })) === null) return address;
  }
  throw new CloudError(errors.noPublicAddress);
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = connect({ host: address, port: SSH });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
