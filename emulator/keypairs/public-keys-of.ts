import type { Cloud } from '../cloud.ts';
import { type ErrorCode, ensure } from '../errors.ts';

/** The keys that sign in to a server made with this key pair; none without a name. Throws the error if the tenant has no such pair. */
export async function publicKeysOf(
  cloud: Cloud,
  { tenantId }: { tenantId: string },
  name: string | undefined,
  notFound: ErrorCode,
): Promise<string[]> {
  if (name === undefined) return [];
  const keyPair = await cloud.database.read.keyPair.findUnique({ where: { tenantId_name: { tenantId, name } } });
  ensure(keyPair, notFound, { field: 'keyName' });
  return [keyPair.publicKey];
}
