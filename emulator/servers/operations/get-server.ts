import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import type { AttachedDisk } from '../../disks/attachments.ts';
import type { Caller } from '../../identity/caller.ts';
import { type ShownPort, showPort } from '../../networks/port-status.ts';
import { defineOperation } from '../../operation.ts';
import type { Server, ServerTag } from '../../store/generated/client.ts';
import { serverErrors as errors } from '../errors.ts';
import { ServerId } from '../rules.ts';
import { visibleServer } from '../server-access.ts';

export const getServer = defineOperation({
  name: 'servers.get',
  permission: 'ecs:cloudServers:get',
  access: 'read',
  input: z.object({ serverId: ServerId }),
  errors: [errors.serverNotFound],
  run: ({ cloud, caller, input: { serverId } }): Promise<Server> => visibleServer(cloud, caller, serverId),
});

// What belongs to several servers that the caller has been shown, in one go.

const PartsInput = z.object({ serverIds: z.array(ServerId) });

export const listServerTags = defineOperation({
  name: 'servers.listTags',
  permission: 'ecs:cloudServers:list',
  access: 'read',
  input: PartsInput,
  errors: [errors.serverNotFound],
  run: async ({ cloud, caller, input }): Promise<ServerTag[]> =>
    cloud.database.read.serverTag.findMany({
      where: await ofVisible(cloud, caller, input.serverIds),
      orderBy: [{ serverId: 'asc' }, { key: 'asc' }],
    }),
});

export const listServerDisks = defineOperation({
  name: 'servers.listDisks',
  permission: 'ecs:cloudServers:list',
  access: 'read',
  input: PartsInput,
  errors: [errors.serverNotFound],
  run: async ({ cloud, caller, input }): Promise<AttachedDisk[]> =>
    cloud.database.read.diskAttachment.findMany({
      where: await ofVisible(cloud, caller, input.serverIds),
      include: { disk: true },
      orderBy: [{ serverId: 'asc' }, { device: 'asc' }],
    }),
});

export const listServerPorts = defineOperation({
  name: 'servers.listPorts',
  permission: 'ecs:cloudServers:list',
  access: 'read',
  input: PartsInput,
  errors: [errors.serverNotFound],
  async run({ cloud, caller, input }): Promise<ShownPort[]> {
    const ports = await cloud.database.read.port.findMany({
      where: await ofVisible(cloud, caller, input.serverIds),
      orderBy: [{ serverId: 'asc' }, { primary: 'desc' }, { createdAt: 'asc' }],
    });
    return Promise.all(ports.map(port => showPort(cloud, port)));
  },
});

async function ofVisible(cloud: Cloud, caller: Caller, ids: readonly string[]): Promise<{ serverId: { in: string[] } }> {
  const servers = await Promise.all(ids.map(id => visibleServer(cloud, caller, id)));
  return { serverId: { in: servers.map(({ id }) => id) } };
}
