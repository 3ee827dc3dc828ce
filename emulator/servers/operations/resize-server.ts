import { z } from 'zod';
import { refuse } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import { orderJob } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { regionOf } from '../../regions.ts';
import { beginAction } from '../begin-action.ts';
import { serverErrors as errors } from '../errors.ts';
import { takeFlavorDifference } from '../flavor-quota.ts';
import { resizeServerJob } from '../jobs/resize-server.ts';
import { orderFor } from '../order-batch.ts';
import { placeServer, requireFit } from '../place-server.ts';
import { FlavorId, ServerId } from '../rules.ts';
import { ownServer } from '../server-access.ts';

/** Gives a server that is shut off another flavor, in its zone. Source: compute 2.4. */
export const resizeServer = defineOperation({
  name: 'servers.resize',
  permission: 'ecs:cloudServers:resize',
  access: 'write',
  input: z.object({ serverId: ServerId, flavorId: FlavorId }),
  invalid: errors.badParameter,
  errors: [
    errors.serverNotFound,
    errors.flavorNotFound,
    errors.flavorUnchanged,
    errors.noCapacity,
    errors.memoryUnfitForImage,
    errors.quotaUsedUp,
    errors.statusWrong,
    errors.serverBusy,
  ],
  async run({ cloud, caller, input: { serverId, flavorId }, commit }) {
    requireHardware(cloud);
    const server = await ownServer(cloud, caller, serverId);
    refuse(server.kind === 'BARE_METAL', errors.badParameter, {
      message: 'A bare-metal server keeps its flavor: that is its machine.',
      field: 'serverId',
    });
    const { flavor } = placeServer(regionOf(cloud.config.regions, server.regionId), flavorId, server.availabilityZone);
    // The image may be gone since; then nobody knows what it asked for.
    const image = await cloud.images.get(server.imageId);
    if (image) requireFit(image, flavor);
    return commit(async tx => {
      const current = await tx.db.server.findUniqueOrThrow({ where: { id: serverId } });
      refuse(current.flavorId === flavorId, errors.flavorUnchanged, { field: 'flavorId' });
      const input = { serverId, fromFlavorId: current.flavorId, toFlavorId: flavorId };
      const job = await orderJob(tx, resizeServerJob, orderFor(input), { ids: cloud.ids, clock: cloud.clock, caller });
      await beginAction(tx, cloud, 'resize', [serverId]);
      await takeFlavorDifference(tx, cloud, caller.tenantId, { from: current.flavorId, to: flavorId }, 'larger');
      tx.afterCommit(() => cloud.jobs.take([job]));
      return { jobId: job.id, serverId };
    });
  },
});
