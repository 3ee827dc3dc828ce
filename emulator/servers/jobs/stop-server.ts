import { z } from 'zod';
import { defineJob } from '../../jobs/job-type.ts';
import { bringUp } from '../bring-up.ts';
import { serverErrors as errors } from '../errors.ts';
import { orFail } from '../hardware-failures.ts';
import { defineBatch } from '../order-batch.ts';
import { PowerType } from '../rules.ts';
import { readServerSpec } from '../server-spec.ts';
import { settleServer } from '../settle-server.ts';

const Input = z.object({ serverId: z.string(), type: PowerType });
const State = z.object({});

export const stopServerBatch = defineBatch('stopServer');

/** A server that can't be stopped keeps running. */
export const stopSingleServerJob = defineJob<z.infer<typeof Input>, z.infer<typeof State>>({
  name: 'stopSingleServer',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.serverNotStopped],
  resources: ({ serverId }) => [serverId],
  steps: [
    {
      name: 'shutdown',
      weight: 1,
      seconds: 10,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await orFail(errors.serverNotStopped, () => cloud.hardware.stopServer(input.serverId, input.type));
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        await settleServer(tx, cloud, 'server.stopped', input.serverId, { status: 'SHUTOFF' });
      },
      revert: async ({ cloud, input }) => bringUp(cloud, await readServerSpec(cloud, input.serverId)),
    },
  ],
  async failed(tx, { cloud, input }) {
    await settleServer(tx, cloud, 'server.active', input.serverId, { status: 'ACTIVE' });
  },
});
