import type { Client } from '../../../client/client.ts';
import { idOf } from '../../find-by-name.ts';
import { listBackups } from '../../queries/backups.ts';

/** Id of the backup with this name or id: of your own, or of those that others share with you. */
export const backupCalled = (client: Client, text: string, relation?: 'OWN' | 'SHARED'): Promise<string> =>
  idOf('backup', text, (name, limit) => listBackups(client, { name, relation }, limit), {
    see: relation === 'SHARED' ? 'backups list --shared' : 'backups list',
  });
