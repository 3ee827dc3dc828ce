import type { Client } from '../../../client/client.ts';
import { idOf } from '../../find-by-name.ts';
import { listBackups } from '../../queries/backups.ts';

/** Id of the backup with this name or id. */
export const backupCalled = (client: Client, text: string): Promise<string> =>
  idOf('backup', text, (name, limit) => listBackups(client, { name }, limit));
