import type { Client } from '../../../client/client.ts';
import { idOf } from '../../find-by-name.ts';
import { listServers } from '../../queries/servers.ts';

/** Id of the bare-metal server with this name or id. */
export const machineCalled = (client: Client, text: string): Promise<string> =>
  idOf('bare-metal server', text, (name, limit) => listServers(client, { name, kind: 'BARE_METAL' }, limit), {
    see: 'baremetal list',
  });
