import { z } from 'zod';
import { defineJob } from '../../jobs/job-type.ts';
import { bringUp, wasCancelled } from '../bring-up.ts';
import { serverErrors as errors } from '../errors.ts';
import { orFail } from '../hardware-failures.ts';
import { defineBatch } from '../order-batch.ts';
import { readServerSpec } from '../server-spec.ts';
import { settleServer } from '../settle-server.ts';

const Input = z.object({ serverId: z.string() });
const State = z.object({});

export const startServerBatch = defineBatch('startServer');

/** A server that can't be started is off as before, and says why. */
export const startSingleServerJob = defineJob<z.infer<typeof Input>, z.infer<typeof State>>({
  name: 'startSingleServer',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.serverNotStarted],
  resources: ({ serverId }) => [serverId],
  steps: [
    {
      name: 'boot',
      weight: 1,
      seconds: 15,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const spec = await readServerSpec(cloud, input.serverId);
        await orFail(errors.serverNotStarted, () => bringUp(cloud, spec));
        return undefined;
      },
      async commit(tx, { cloud, input }) {
        await settleServer(tx, cloud, 'server.active', input.serverId, { status: 'ACTIVE' });
      },
      revert: ({ cloud, input }) => cloud.hardware.stopServer(input.serverId, 'HARD'),
    },
  ],
  async failed(tx, { cloud, job, input }, { code, message }) {
    const fault = wasCancelled(job) ? {} : { faultCode: code, faultMessage: message };
    await settleServer(tx, cloud, 'server.stopped', input.serverId, { status: 'SHUTOFF', ...fault });
  },
});
