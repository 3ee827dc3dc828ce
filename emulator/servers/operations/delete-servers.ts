import { z } from 'zod';
import { requireHardware } from '../../hardware-ready.ts';
import { defineOperation } from '../../operation.ts';
import type { DiskAttachment, Prisma } from '../../store/generated/client.ts';
import { slices } from '../../store/slices.ts';
import type { Transaction } from '../../transactions.ts';
import { beginAction } from '../begin-action.ts';
import { serverErrors as errors } from '../errors.ts';
import { deleteServerBatch, deleteSingleServerJob } from '../jobs/delete-server.ts';
import { orderBatch } from '../order-batch.ts';
import { ServerIds } from '../rules.ts';
import { ownServers } from '../server-access.ts';

/**
 * Deletes servers. The system disk goes with its server; data disks stay unless `deleteDisks`, elastic IPs unless `deletePublicAddresses`.
 * A server that a job works on is refused, also while it is being launched. Source: compute 2.4.
 */
export const deleteServers = defineOperation({
  name: 'servers.delete',
  permission: 'ecs:cloudServers:delete',
  access: 'write',
  input: z.object({
    serverIds: ServerIds,
    deleteDisks: z.boolean().default(false),
    deletePublicAddresses: z.boolean().default(false),
  }),
  invalid: errors.badParameter,
  errors: [errors.serverNotFound, errors.serversNotFound, errors.tooManyServers, errors.statusWrong, errors.serverBusy],
  async run({ cloud, caller, input, commit }) {
    requireHardware(cloud);
    const servers = await ownServers(cloud, caller, input.serverIds);
    const serverIds = servers.map(({ id }) => id);
    return commit(async tx => {
      const which = input.deleteDisks ? {} : { OR: [{ bootIndex: 0 }, { deleteOnTermination: true }] };
      const disks: Pick<DiskAttachment, 'diskId' | 'serverId'>[] = [];
      for (const ids of slices(serverIds)) disks.push(...(await goingDisks(tx, ids, which)));
      const addresses = input.deletePublicAddresses ? await boundAddresses(tx, serverIds) : [];
      const inputs = serverIds.map(serverId => ({
        serverId,
        diskIds: disks.filter(disk => disk.serverId === serverId).map(({ diskId }) => diskId),
        publicAddressIds: addresses.filter(({ port }) => port?.serverId === serverId).map(({ id }) => id),
      }));
      const jobId = await orderBatch(tx, cloud, caller, { batch: deleteServerBatch, single: deleteSingleServerJob, inputs });
      await beginAction(tx, cloud, 'delete', serverIds);
      return { jobId, serverIds, servers: servers.map(({ id, kind }) => ({ id, kind })) };
    });
  },
});

/** A shared disk stays as long as another server has it. */
async function goingDisks(
  tx: Transaction,
  serverIds: string[],
  which: Prisma.DiskAttachmentWhereInput,
): Promise<Pick<DiskAttachment, 'diskId' | 'serverId'>[]> {
  const elsewhere = { disk: { attachments: { none: { serverId: { notIn: serverIds } } } } };
  return tx.db.diskAttachment.findMany({ where: { serverId: { in: serverIds }, ...which, ...elsewhere } });
}

async function boundAddresses(tx: Transaction, serverIds: readonly string[]) {
  const include = { port: { select: { serverId: true } } } as const;
  const found = slices(serverIds).map(ids =>
    tx.db.publicAddress.findMany({ where: { port: { serverId: { in: ids } } }, include }),
  );
  return (await Promise.all(found)).flat();
}
