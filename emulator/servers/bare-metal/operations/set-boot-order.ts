import { z } from 'zod';
import { ensure } from '../../../errors.ts';
import { defineOperation } from '../../../operation.ts';
import { emitServer } from '../../server-events.ts';
import { bareMetalErrors as errors } from '../errors.ts';
import { ownMachines } from '../own-machines.ts';
import { BareMetalServerId, BootOrder } from '../rules.ts';

/** Sets where a machine looks for a system, the first device first. It counts from the next start on, whether the server runs or not. */
export const setBootOrder = defineOperation({
  name: 'bareMetal.setBootOrder',
  permission: 'bms:servers:update',
  access: 'write',
  input: z.object({ serverId: BareMetalServerId, bootOrder: BootOrder }),
  invalid: errors.badParameter,
  errors: [errors.serverNotFound],
  async run({ cloud, caller, input: { serverId, bootOrder }, commit }) {
    await ownMachines(cloud, caller, [serverId]);
    return commit(async tx => {
      const current = await tx.db.server.findUnique({ where: { id: serverId } });
      ensure(current, errors.serverNotFound, { field: 'serverId' });
      const data = { bootOrder, updatedAt: cloud.clock.now() };
      emitServer(tx, 'server.updated', await tx.db.server.update({ where: { id: serverId }, data }));
      return { serverId };
    });
  },
});
