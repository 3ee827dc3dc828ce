import type { Client } from '../../../client/client.ts';
import { idOf } from '../../find-by-name.ts';
import { listVaults } from '../../queries/vaults.ts';

/** Id of the vault with this name or id. */
export const vaultCalled = (client: Client, text: string): Promise<string> =>
  idOf('vault', text, (name, limit) => listVaults(client, { name }, limit));
