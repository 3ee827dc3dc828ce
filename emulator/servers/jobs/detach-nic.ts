import { z } from 'zod';
import { defineJob } from '../../jobs/job-type.ts';
import { serverErrors as errors } from '../errors.ts';
import { orFail } from '../hardware-failures.ts';
import { leavePorts } from '../leave-ports.ts';
import { settleServer } from '../settle-server.ts';
import { NicInput, plugIn, unplug } from './attach-nic.ts';

const State = z.object({});

/** Takes a further network interface away. A port that was made by itself is free afterwards, any other goes. */
export const detachNicJob = defineJob<NicInput, z.infer<typeof State>>({
  name: 'detachNic',
  queue: 'launch',
  input: NicInput,
  state: State,
  errors: [errors.nicNotDetached],
  resources: ({ serverId, nic }) => [serverId, nic.portId],
  steps: [
    {
      name: 'detach',
      weight: 1,
      seconds: 5,
      async run(context) {
        await context.cloud.reconciler.hardwareReady(context.signal);
        await orFail(errors.nicNotDetached, () => unplug(context));
        return undefined;
      },
      async commit(tx, { cloud, input: { serverId, nic } }) {
        await leavePorts(tx, cloud, await tx.db.port.findMany({ where: { id: nic.portId, serverId } }));
        await settleServer(tx, cloud, 'server.updated', serverId, {});
      },
      revert: plugIn,
    },
  ],
});
