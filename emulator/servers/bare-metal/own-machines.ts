import type { Cloud } from '../../cloud.ts';
import { ensure } from '../../errors.ts';
import type { Caller } from '../../identity/caller.ts';
import type { Server } from '../../store/generated/client.ts';
import { bareMetalErrors as errors } from './errors.ts';

/** Bare-metal servers of a caller, each once. Throws `serverNotFound` for any other id, be it that of a cloud server. */
export async function ownMachines(cloud: Cloud, { tenantId }: Caller, ids: readonly string[]): Promise<Server[]> {
  const distinct = [...new Set(ids)];
  return Promise.all(
    distinct.map(async id => {
      const server = await cloud.servers.get(id);
      const isOwn = server?.tenantId === tenantId && server.kind === 'BARE_METAL';
      ensure(isOwn && server, errors.serverNotFound, { message: `${errors.serverNotFound.message} (${id})` });
      return server;
    }),
  );
}
