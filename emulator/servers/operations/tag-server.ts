import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { ensure, refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import type { Transaction } from '../../transactions.ts';
import { serverErrors as errors } from '../errors.ts';
import { ServerId, ServerTags, serverLimits } from '../rules.ts';
import { ownServer } from '../server-access.ts';
import { emitServer } from '../server-events.ts';

/** Adds tags to a server; a key that is there gets the new value. Source: compute 2.4. */
export const setServerTags = defineOperation({
  name: 'servers.setTags',
  permission: 'ecs:cloudServers:update',
  access: 'write',
  input: z.object({ serverId: ServerId, tags: ServerTags }),
  invalid: errors.badParameter,
  errors: [errors.tooManyTags, errors.tagTooLong, errors.tagInvalid, errors.tagTwice, errors.serverNotFound],
  async run({ cloud, caller, input: { serverId, tags }, commit }) {
    await ownServer(cloud, caller, serverId);
    return commit(async tx => {
      await touch(tx, cloud, serverId);
      await tx.db.serverTag.deleteMany({ where: { serverId, key: { in: tags.map(({ key }) => key) } } });
      await tx.db.serverTag.createMany({ data: tags.map(tag => ({ ...tag, serverId })) });
      const count = await tx.db.serverTag.count({ where: { serverId } });
      refuse(count > serverLimits.tags.max, errors.tooManyTags, { field: 'tags' });
      return { serverId };
    });
  },
});

/** Takes tags off a server; keys that it does not have are ignored. */
export const deleteServerTags = defineOperation({
  name: 'servers.deleteTags',
  permission: 'ecs:cloudServers:update',
  access: 'write',
  input: z.object({ serverId: ServerId, keys: z.array(z.string().max(127)).min(1).max(100) }),
  invalid: errors.badParameter,
  errors: [errors.serverNotFound],
  async run({ cloud, caller, input: { serverId, keys }, commit }) {
    await ownServer(cloud, caller, serverId);
    return commit(async tx => {
      await touch(tx, cloud, serverId);
      await tx.db.serverTag.deleteMany({ where: { serverId, key: { in: keys } } });
      return { serverId };
    });
  },
});

async function touch(tx: Transaction, cloud: Cloud, id: string): Promise<void> {
  ensure(await tx.db.server.findUnique({ where: { id } }), errors.serverNotFound, { field: 'serverId' });
  emitServer(tx, 'server.updated', await tx.db.server.update({ where: { id }, data: { updatedAt: cloud.clock.now() } }));
}
