import { z } from 'zod';
import { ensure, refuse } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { bareMetalErrors } from '../bare-metal/errors.ts';
import { bareMetalLimits } from '../bare-metal/rules.ts';
import { serverErrors as errors } from '../errors.ts';
import { ServerDescription, ServerId, ServerName } from '../rules.ts';
import { ownServer } from '../server-access.ts';
import { emitServer } from '../server-events.ts';
import { allows } from '../states.ts';

/** Renames or describes a server. Its hostname stays what it was at the launch, as on the real cloud. Source: compute 2.4. */
export const updateServer = defineOperation({
  name: 'servers.update',
  permission: 'ecs:cloudServers:update',
  access: 'write',
  input: z.object({ serverId: ServerId, name: ServerName.optional(), description: ServerDescription.nullish() }),
  invalid: errors.badParameter,
  errors: [
    errors.nameMissing,
    errors.nameTooLong,
    errors.nameInvalid,
    errors.descriptionInvalid,
    bareMetalErrors.nameInvalid,
    errors.serverNotFound,
    errors.statusWrong,
  ],
  async run({ cloud, caller, input: { serverId, name, description }, commit }) {
    const { kind } = await ownServer(cloud, caller, serverId);
    const isTooLong = kind === 'BARE_METAL' && (name?.length ?? 0) > bareMetalLimits.name.max;
    refuse(isTooLong, bareMetalErrors.nameInvalid, { field: 'name' });
    return commit(async tx => {
      const current = await tx.db.server.findUnique({ where: { id: serverId } });
      ensure(current, errors.serverNotFound, { field: 'serverId' });
      refuse(!allows('rename', current.status), errors.statusWrong, {
        message: `${errors.statusWrong.message} (${current.status})`,
      });
      const data = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description: description ?? '' }),
        updatedAt: cloud.clock.now(),
      };
      emitServer(tx, 'server.updated', await tx.db.server.update({ where: { id: serverId }, data }));
      return { serverId };
    });
  },
});
