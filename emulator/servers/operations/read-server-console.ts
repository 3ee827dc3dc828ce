import { z } from 'zod';
import { commonErrors } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { defineOperation } from '../../operation.ts';
import { KIB } from '../../units.ts';
import { serverErrors as errors } from '../errors.ts';
import { orAnswer, requireCapability } from '../hardware-failures.ts';
import { ServerId } from '../rules.ts';
import { visibleServer } from '../server-access.ts';

/** Bytes that the hardware gives at once. */
export const CONSOLE_PART = 256 * KIB;

/** What a server wrote to its console from a byte offset on, at most 256 KiB, and the offset to go on from. */
export const readServerConsole = defineOperation({
  name: 'servers.readConsole',
  permission: 'ecs:serverConsole:get',
  access: 'read',
  input: z.object({ serverId: ServerId, offset: z.number().int().min(0).default(0) }),
  errors: [commonErrors.notOnThisHardware, errors.serverNotFound],
  async run({ cloud, caller, input: { serverId, offset } }): Promise<{ data: Buffer; next: number }> {
    requireHardware(cloud);
    const { id } = await visibleServer(cloud, caller, serverId);
    requireCapability(cloud, 'console');
    return orAnswer('serverId', () => cloud.contentAccess.run(caller.tenantId, () => cloud.hardware.console(id, offset)));
  },
});
