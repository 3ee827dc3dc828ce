import type { Client } from '../../../client/client.ts';
import { CliError } from '../../cli-error.ts';
import { idOf } from '../../find-by-name.ts';
import { findServer, listServers, type ServerDetails } from '../../queries/servers.ts';

/** Id of the server with this name or id. */
export const serverCalled = (client: Client, text: string): Promise<string> =>
  idOf('server', text, (name, limit) => listServers(client, { name }, limit));

/** The server with this name or id. Throws CliError where there is none. */
export async function requireServer(client: Client, text: string): Promise<ServerDetails> {
  const server = await findServer(client, await serverCalled(client, text));
  if (!server) throw new CliError('NOT_FOUND', `there is no server ${text}`, { hints: ['see `cloudyard servers list`'] });
  return server;
}
