import { z } from 'zod';
import { emitDisk } from '../../disks/disk-events.ts';
import { makeDisks, requireBytes } from '../../disks/make-disks.ts';
import { CloudError, commonErrors, ensure } from '../../errors.ts';
import type { ServerSpec } from '../../hardware/hardware.ts';
import { imageErrors } from '../../images/errors.ts';
import { requireImageBackup } from '../../images/image-backup.ts';
import { defineJob, type StepContext } from '../../jobs/job-type.ts';
import type { Server } from '../../store/generated/client.ts';
import { serverErrors as errors } from '../errors.ts';
import { forgetServer } from '../forget-server.ts';
import { hasCapability, orFail } from '../hardware-failures.ts';
import { JobDisks } from '../launch-disk.ts';
import { launchImage } from '../launch-image.ts';
import { onFreePort } from '../on-free-port.ts';
import { defineBatch } from '../order-batch.ts';
import { requireServer } from '../server-access.ts';
import { emitServer } from '../server-events.ts';
import { serverSeed, serverSpec } from '../server-spec.ts';

const Input = z.object({
  serverId: z.string(),
  imageId: z.string(),
  /** Data disk images that disks are made of. */
  dataImageIds: z.array(z.string()).optional(),
  disks: JobDisks,
  /** The first is the primary one. */
  nics: z.array(z.object({ portId: z.string(), subnetId: z.string(), address: z.string(), mac: z.string() })),
  /** Elastic IPs that were made for it. */
  publicAddressIds: z.array(z.string()).optional(),
  authorizedKeys: z.array(z.string()),
  /** Whether the image takes keys, password and user data. */
  inject: z.boolean(),
});
/** What the job is told that makes a server. */
export type LaunchInput = z.infer<typeof Input>;
type Input = LaunchInput;
const State = z.object({});
type State = z.infer<typeof State>;
type Context = StepContext<Input, State>;

export const createServerBatch = defineBatch('createServer');

/**
 * Launches one server. If a step fails, all that was made is taken back: no server in ERROR stays behind, unlike in the real cloud, for nothing
 * could be done with it but to delete it.
 */
export const createSingleServerJob = defineJob<Input, State>({
  name: 'createSingleServer',
  queue: 'launch',
  input: Input,
  state: State,
  errors: [
    errors.imageNotFound,
    errors.imageNotActive,
    errors.imageDamaged,
    errors.backupGone,
    errors.imageUnusable,
    errors.diskNotCreated,
    errors.dataDiskNotCreated,
    errors.portNotCreated,
    errors.serverNotCreated,
    errors.serverNotStarted,
    errors.addressNotBound,
    commonErrors.damagedDisk,
  ],
  resources: ({ serverId, imageId, disks }) => [serverId, imageId, ...diskIds(disks)],
  // Each step that needs the hardware waits for it: after a restart the job may go on with any of them.
  steps: [
    {
      name: 'image',
      weight: 4,
      seconds: 5,
      async run(context) {
        const { cloud, input, report, signal } = context;
        await cloud.reconciler.hardwareReady(signal);
        await requireImage(context);
        await imageOrFail(() => cloud.imageContent.ensure(input.imageId, { onProgress: report, signal }));
        return undefined;
      },
    },
    {
      name: 'disks',
      weight: 3,
      seconds: 5,
      async run(context) {
        const { cloud, input, isResumed, signal } = context;
        await cloud.reconciler.hardwareReady(signal);
        await requireImage(context);
        // The server may run already, and have written to its disks: no such disk is formatted.
        if (isResumed)
          await orFail(errors.diskNotCreated, async () => {
            await cloud.hardware.destroyServer(input.serverId);
            await removeDisks(context);
          });
        await makeDisksOrFail(context);
        return undefined;
      },
      revert: removeDisks,
    },
    {
      name: 'network',
      weight: 1,
      seconds: 3,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        await orFail(errors.portNotCreated, async () => {
          for (const { subnetId } of input.nics) await cloud.subnets.ensure(subnetId);
        });
        return undefined;
      },
    },
    {
      name: 'machine',
      weight: 2,
      seconds: 5,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const spec = specOf(await requireServer(cloud, input.serverId), input);
        await orFail(errors.serverNotCreated, () => cloud.hardware.createServer(spec));
        return undefined;
      },
      revert: ({ cloud, input }) => cloud.hardware.destroyServer(input.serverId),
    },
    {
      name: 'boot',
      weight: 4,
      seconds: 20,
      async run({ cloud, input, signal }) {
        await cloud.reconciler.hardwareReady(signal);
        const server = await requireServer(cloud, input.serverId);
        const seed = serverSeed(server, input);
        await orFail(errors.serverNotStarted, () =>
          onFreePort(cloud, specOf(server, input), spec => cloud.hardware.startServer(spec, seed)),
        );
        await orFail(errors.addressNotBound, () => cloud.publicAddresses.settleServer(input.serverId));
        return undefined;
      },
    },
    {
      name: 'finish',
      weight: 1,
      seconds: 1,
      /** The password has done its work: the disk knows its hash, nobody else needs to. */
      async commit(tx, { cloud, input }) {
        const now = cloud.clock.now();
        const data = {
          status: 'ACTIVE',
          taskState: null,
          seeded: true,
          passwordHash: null,
          launchedAt: now,
          updatedAt: now,
          ...(!hasCapability(cloud, 'ssh') && { sshPort: null }),
        } as const;
        emitServer(tx, 'server.active', await tx.db.server.update({ where: { id: input.serverId }, data }));
        const where = { id: { in: diskIds(input.disks) } };
        await tx.db.disk.updateMany({ where, data: { status: 'IN_USE', updatedAt: now } });
        for (const disk of await tx.db.disk.findMany({ where })) emitDisk(tx, 'disk.updated', disk);
      },
    },
  ],
  async failed(tx, { cloud, input }, { code, message }) {
    const server = await tx.db.server.findUnique({ where: { id: input.serverId } });
    if (!server) return;
    emitServer(tx, 'server.failed', { ...server, status: 'ERROR', taskState: null, faultCode: code, faultMessage: message });
    await forgetServer(tx, cloud, server, diskIds(input.disks), input.publicAddressIds);
  },
});

/** From the order itself, without asking the database again. */
function specOf(server: Server, { disks: [first, ...others], nics, authorizedKeys }: Input): ServerSpec {
  ensure(first, errors.diskNotCreated);
  const dataDisks = others.map(({ disk, device }) => ({ disk, device, readOnly: false }));
  return serverSpec(server, { disk: first.disk, dataDisks, nics, publicKey: authorizedKeys[0] });
}

/** Of those that have a row. */
function diskIds(disks: Input['disks']): string[] {
  return disks.flatMap(({ id }) => (id === null ? [] : [id]));
}

/** Images may have been deleted or unshared since the order, or found to be damaged. */
async function requireImage({ cloud, input, job }: Context): Promise<void> {
  const { regionId } = await requireServer(cloud, input.serverId);
  const { imageId, dataImageIds = [] } = input;
  for (const id of [imageId, ...dataImageIds]) {
    const image = await launchImage(cloud, { tenantId: job.tenantId, regionId }, id);
    if (image.kind === 'FULL_ECS') await requireImageBackup(cloud, image, errors);
  }
}

async function removeDisks({ cloud, input }: Context): Promise<void> {
  for (const { disk } of input.disks) await cloud.hardware.disks.remove(disk);
}

/** What is missing may be the image: it may have been deleted under our hands, or have lost its bytes. */
async function makeDisksOrFail(context: Context): Promise<void> {
  const { hardware } = context.cloud;
  const { disks } = context.input;
  try {
    await orFail(errors.diskNotCreated, () => makeDisks(hardware, disks.slice(0, 1)));
    await orFail(errors.dataDiskNotCreated, () => makeDisks(hardware, disks.slice(1)));
  } catch (error) {
    await requireImage(context);
    const sources = disks.flatMap(({ source }) => (source === null ? [] : [source]));
    await requireBytes(hardware, sources);
    throw error;
  }
}

/** An image that vanishes under our hands is one that is not there. */
async function imageOrFail(work: () => Promise<unknown>): Promise<void> {
  try {
    await orFail(errors.imageNotFound, work);
  } catch (error) {
    const isGone = error instanceof CloudError && error.code === imageErrors.imageNotFound.code;
    throw isGone ? new CloudError(errors.imageNotFound, { cause: error }) : error;
  }
}
