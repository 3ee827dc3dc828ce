import type { Cloud } from '../cloud.ts';
import { CloudError, ensure } from '../errors.ts';
import { type Caller, isAdministrator } from '../identity/caller.ts';
import type { Server } from '../store/generated/client.ts';
import { serverErrors as errors } from './errors.ts';

/** A server that a caller may look at: its own; the administrator sees all. For everyone else it does not exist. */
export async function visibleServer(cloud: Cloud, caller: Caller, id: string): Promise<Server> {
  const server = await cloud.servers.get(id);
  ensure(server && (server.tenantId === caller.tenantId || isAdministrator(caller)), errors.serverNotFound);
  return server;
}

/** A server that a caller may do something with: its own. */
export async function ownServer(cloud: Cloud, caller: Caller, id: string): Promise<Server> {
  const server = await cloud.servers.get(id);
  ensure(server?.tenantId === caller.tenantId && server, errors.serverNotFound, { field: 'serverId' });
  return server;
}

/** The servers of a batch, each once. Throws `serversNotFound` if it is a batch of which none exists, `serverNotFound` if one is missing. */
export async function ownServers(cloud: Cloud, caller: Caller, ids: readonly string[]): Promise<Server[]> {
  const distinct = [...new Set(ids)];
  const found = await Promise.all(distinct.map(id => cloud.servers.get(id)));
  const servers = found.filter(server => server !== null).filter(({ tenantId }) => tenantId === caller.tenantId);
  if (servers.length === distinct.length) return servers;
  const missing = distinct.find(id => !servers.some(server => server.id === id));
  const error = servers.length === 0 && distinct.length > 1 ? errors.serversNotFound : errors.serverNotFound;
  throw new CloudError(error, { message: `${error.message} (${missing})`, field: `serverIds.${ids.indexOf(missing ?? '')}` });
}

/** A server that a job works on. It is there as long as the job holds it; throws `serverNotFound` if it is not. */
export async function requireServer(cloud: Cloud, id: string): Promise<Server> {
  const server = await cloud.servers.get(id);
  ensure(server, errors.serverNotFound);
  return server;
}
