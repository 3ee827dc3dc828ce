import { z } from 'zod';
import { requireHardware } from '../../../hardware-ready.ts';
import { defineOperation } from '../../../operation.ts';
import { bareMetalErrors as errors } from '../errors.ts';
import { operateMachines } from '../operate.ts';
import { ownMachines } from '../own-machines.ts';
import { powerActionNames } from '../power-actions.ts';
import { BareMetalServerIds } from '../rules.ts';

/**
 * Switches the power of bare-metal servers, through what stands for their management controllers. A batch is taken as a whole or refused as
 * a whole. Source: compute 3.1 (`action`).
 */
export const operateBareMetalServers = defineOperation({
  name: 'bareMetal.operate',
  permission: 'bms:servers:operate',
  access: 'write',
  input: z.object({ serverIds: BareMetalServerIds, action: z.enum(powerActionNames) }),
  invalid: errors.badParameter,
  errors: [
    errors.serverNotFound,
    errors.poweringOn,
    errors.poweringOff,
    errors.rebooting,
    errors.alreadyOn,
    errors.alreadyOff,
    errors.statusWrong,
  ],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const serverIds = (await ownMachines(cloud, caller, input.serverIds)).map(({ id }) => id);
    return commit(async tx => ({
      jobId: await operateMachines(tx, cloud, caller, { serverIds, action: input.action }),
      serverIds,
    }));
  },
});
