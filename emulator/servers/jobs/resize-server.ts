import { z } from 'zod';
import { ensure } from '../../errors.ts';
import { defineJob } from '../../jobs/job-type.ts';
import { makeServer } from '../bring-up.ts';
import { serverErrors as errors } from '../errors.ts';
import { takeFlavorDifference } from '../flavor-quota.ts';
import { findFlavor } from '../flavors.ts';
import { orFail } from '../hardware-failures.ts';
import { readServerSpec } from '../server-spec.ts';
import { settleServer } from '../settle-server.ts';

const Input = z.object({ serverId: z.string(), fromFlavorId: z.string(), toFlavorId: z.string() });
const State = z.object({});

/** Gives a stopped server another flavor. The larger of the two counts against the quotas while it runs. */
export const resizeServerJob = defineJob<z.infer<typeof Input>, z.infer<typeof State>>({
  name: 'resizeServer',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.serverNotResized],
  resources: ({ serverId }) => [serverId],
  steps: [
    {
      name: 'reconfigure',
      weight: 1,
      seconds: 30,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const flavor = findFlavor(input.toFlavorId);
        ensure(flavor, errors.flavorNotFound);
        const spec = await readServerSpec(cloud, input.serverId);
        await orFail(errors.serverNotResized, async () => {
          await makeServer(cloud, spec);
          await cloud.hardware.reconfigureServer({ ...spec, vcpus: flavor.vcpus, memoryMiB: flavor.ramMiB });
        });
        return undefined;
      },
      async commit(tx, { cloud, job, input: { serverId, fromFlavorId, toFlavorId } }) {
        await settleServer(tx, cloud, 'server.updated', serverId, { status: 'SHUTOFF', flavorId: toFlavorId });
        await takeFlavorDifference(tx, cloud, job.tenantId, { from: fromFlavorId, to: toFlavorId }, 'smaller');
      },
      /** Its row has the old flavor as long as the step is not over. */
      revert: async ({ cloud, input }) => cloud.hardware.reconfigureServer(await readServerSpec(cloud, input.serverId)),
    },
  ],
  async failed(tx, { cloud, job, input: { serverId, fromFlavorId, toFlavorId } }) {
    await settleServer(tx, cloud, 'server.updated', serverId, { status: 'SHUTOFF' });
    await takeFlavorDifference(tx, cloud, job.tenantId, { from: toFlavorId, to: fromFlavorId }, 'smaller');
  },
});
