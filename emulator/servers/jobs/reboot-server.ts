import { z } from 'zod';
import { defineJob } from '../../jobs/job-type.ts';
import { bringUp, makeServer, wasCancelled } from '../bring-up.ts';
import { serverErrors as errors } from '../errors.ts';
import { orFail } from '../hardware-failures.ts';
import { onFreePort } from '../on-free-port.ts';
import { defineBatch } from '../order-batch.ts';
import { PowerType } from '../rules.ts';
import { readServerSpec } from '../server-spec.ts';
import { settleServer } from '../settle-server.ts';

const Input = z.object({ serverId: z.string(), type: PowerType });
const State = z.object({});

export const rebootServerBatch = defineBatch('rebootServer');

/** A server that does not come back is off and in ERROR, with the fault; a hard reboot may bring it back. */
export const rebootSingleServerJob = defineJob<z.infer<typeof Input>, z.infer<typeof State>>({
  name: 'rebootSingleServer',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.serverNotRebooted],
  resources: ({ serverId }) => [serverId],
  steps: [
    {
      name: 'reboot',
      weight: 1,
      seconds: 20,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const spec = await readServerSpec(cloud, input.serverId);
        await orFail(errors.serverNotRebooted, async () => {
          await makeServer(cloud, spec);
          await onFreePort(cloud, spec, wanted => cloud.hardware.rebootServer(wanted, input.type));
        });
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        await settleServer(tx, cloud, 'server.active', input.serverId, { status: 'ACTIVE' });
      },
      async revert({ cloud, job, input }) {
        if (wasCancelled(job)) await bringUp(cloud, await readServerSpec(cloud, input.serverId));
        else await cloud.hardware.stopServer(input.serverId, 'HARD');
      },
    },
  ],
  async failed(tx, { cloud, job, input }, { code, message }) {
    if (wasCancelled(job)) await settleServer(tx, cloud, 'server.active', input.serverId, { status: 'ACTIVE' });
    else
      await settleServer(tx, cloud, 'server.failed', input.serverId, { status: 'ERROR', faultCode: code, faultMessage: message });
  },
});
