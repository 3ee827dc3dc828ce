import { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import { commonErrors } from '../errors.ts';
import type { JobRecord } from '../jobs/job.ts';
import { orderJob } from '../jobs/job-orders.ts';
import { defineJob } from '../jobs/job-type.ts';
import { operatorCaller } from './operator-caller.ts';

const Nothing = z.strictObject({});
type Nothing = z.infer<typeof Nothing>;

/** Makes the hardware ready: on containers the helper's image is built at its first use. Launches wait for it; everything else does not. */
export const prepareHardwareJob = defineJob<Nothing, Nothing>({
  name: 'prepareHardware',
  queue: 'light',
  input: Nothing,
  state: Nothing,
  errors: [commonErrors.hardwareUnavailable],
  resources: () => [],
  steps: [
    {
      name: 'prepare',
      weight: 1,
      seconds: 0,
      async run({ cloud, report, signal }) {
        await cloud.reconciler.prepareHardware({ onProgress: report, signal });
        return undefined;
      },
    },
  ],
});

/** Orders the preparation, if it is not under way already. Nothing runs it yet. */
export async function orderPreparation(cloud: Cloud): Promise<JobRecord | undefined> {
  return cloud.transactions.run(async tx => {
    const underWay = await tx.db.job.findFirst({ where: { type: prepareHardwareJob.name, status: { in: ['INIT', 'RUNNING'] } } });
    if (underWay) return undefined;
    const order = { input: {}, entities: {}, locks: [] };
    return orderJob(tx, prepareHardwareJob, order, { ids: cloud.ids, clock: cloud.clock, caller: operatorCaller() });
  });
}

/** Whether this state's hardware was ready once: then getting it ready again takes moments. */
export async function hasBeenPrepared({ database: { read } }: Cloud): Promise<boolean> {
  return (await read.job.findFirst({ where: { type: prepareHardwareJob.name, status: 'SUCCESS' } })) !== null;
}
