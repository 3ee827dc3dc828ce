import type { Cloud } from '../cloud.ts';
import { hashToken } from './tokens.ts';

/** Makes a token worthless that was issued or given for a password. Fixed ones stay: they belong to the configuration. */
export async function revokeToken(
  { transactions, tokens }: Pick<Cloud, 'transactions' | 'tokens'>,
  token: string,
): Promise<void> {
  await transactions.run(tx => tx.db.token.deleteMany({ where: { hash: hashToken(token), expiresAt: { not: null } } }));
  tokens.forget(token);
}
