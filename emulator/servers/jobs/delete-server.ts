import { z } from 'zod';
import { removeBytes } from '../../disks/remove-bytes.ts';
import { localDisk, serverDisk } from '../../disks/server-disk.ts';
import { defineJob, type StepContext } from '../../jobs/job-type.ts';
import { bringUp, makeServer } from '../bring-up.ts';
import { serverErrors as errors } from '../errors.ts';
import { forgetServer } from '../forget-server.ts';
import { orFail } from '../hardware-failures.ts';
import { defineBatch } from '../order-batch.ts';
import { readServerSpec } from '../server-spec.ts';
import { settleServer } from '../settle-server.ts';

const Input = z.object({
  serverId: z.string(),
  /** Disks that go with it: the system disk, and the data disks if that was asked for. */
  diskIds: z.array(z.string()),
  /** Elastic IPs that go with it, if that was asked for. */
  publicAddressIds: z.array(z.string()).default([]),
});
type Input = z.infer<typeof Input>;
const State = z.object({});
type State = z.infer<typeof State>;

export const deleteServerBatch = defineBatch('deleteServer');

/**
 * Deletes a server. Up to the point where its record goes it can be taken back; its bytes go after that, so that nothing is lost of a server
 * that stays.
 */
export const deleteSingleServerJob = defineJob<Input, State>({
  name: 'deleteSingleServer',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [errors.serverNotDeleted],
  resources: ({ serverId }) => [serverId],
  steps: [
    {
      name: 'machine',
      weight: 2,
      seconds: 5,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await orFail(errors.serverNotDeleted, () => cloud.hardware.destroyServer(input.serverId));
        return undefined;
      },
      async commit(tx, { cloud, input: { serverId, diskIds, publicAddressIds } }) {
        const server = await tx.db.server.findUniqueOrThrow({ where: { id: serverId } });
        await forgetServer(tx, cloud, server, diskIds, publicAddressIds);
      },
      revert: bringBack,
    },
    {
      name: 'disks',
      weight: 1,
      seconds: 3,
      final: true,
      async run(context) {
        await removeDisks(context);
        return undefined;
      },
      revert: removeDisks,
    },
  ],
  async failed(tx, { cloud, input: { serverId } }) {
    const server = await tx.db.server.findUnique({ where: { id: serverId } });
    if (!server) return;
    const { faultCode, faultMessage } = server;
    await settleServer(tx, cloud, 'server.updated', serverId, { faultCode, faultMessage });
  },
});

/** The server as it was, if it is not gone for good. */
async function bringBack({ cloud, input }: StepContext<Input, State>): Promise<void> {
  const server = await cloud.database.read.server.findUnique({ where: { id: input.serverId } });
  if (!server) return;
  const spec = await readServerSpec(cloud, server.id);
  await (server.status === 'ACTIVE' ? bringUp(cloud, spec) : makeServer(cloud, spec));
}

/** Only once the server is gone for everyone. */
async function removeDisks({ cloud, input }: StepContext<Input, State>): Promise<void> {
  const gone = (await cloud.database.read.server.findUnique({ where: { id: input.serverId } })) === null;
  if (!gone) return;
  // Shared ones that another server has are still there.
  const kept = await cloud.database.read.disk.findMany({ where: { id: { in: input.diskIds } }, select: { id: true } });
  const goneDiskIds = input.diskIds.filter(id => !kept.some(disk => disk.id === id));
  // A bare-metal server's own disk has no row; others have none.
  await removeBytes(cloud, [...goneDiskIds.map(serverDisk), localDisk(input.serverId)]);
}
