import { z } from 'zod';
import { makeDisks } from '../../disks/make-disks.ts';
import { removeBytes } from '../../disks/remove-bytes.ts';
import { keptLocalDisk, serverDisk, snapshotDisk } from '../../disks/server-disk.ts';
import type { ServerSpec } from '../../hardware/hardware.ts';
import { bootSource } from '../../images/image-backup.ts';
import { defineJob, type JobType, type StepContext } from '../../jobs/job-type.ts';
import type { OsType, Server } from '../../store/generated/client.ts';
import { enterPhase } from '../bare-metal/enter-phase.ts';
import { bringUp, makeServer } from '../bring-up.ts';
import { serverErrors as errors } from '../errors.ts';
import { hasCapability, orFail } from '../hardware-failures.ts';
import { launchImage } from '../launch-image.ts';
import { onFreePort } from '../on-free-port.ts';
import { forgetReplacement, replaceSystemDisk } from '../replace-system-disk.ts';
import { requireServer } from '../server-access.ts';
import { readServerSpec, serverSeed, serverSpec } from '../server-spec.ts';
import { settleServer } from '../settle-server.ts';

const Input = z.object({
  serverId: z.string(),
  /** What its status was; it is that again if the job fails. */
  from: z.enum(['ACTIVE', 'SHUTOFF', 'ERROR']),
  image: z.object({ id: z.string(), name: z.string(), osType: z.custom<OsType>(value => typeof value === 'string') }),
  /** The old system disk and the new one; null for a bare-metal server's own disk, which is written anew in its place. */
  disks: z.object({ oldId: z.string(), newId: z.string(), snapshotIds: z.array(z.string()) }).nullable(),
  /** Where the bytes of the new system are to be. */
  disk: z.string(),
  /** GiB */
  size: z.number(),
  keyName: z.string().nullable(),
  authorizedKeys: z.array(z.string()),
  /** Base64. */
  userData: z.string().nullable(),
  /** Whether the image takes keys, password and user data. */
  inject: z.boolean(),
});
export type RebuildInput = z.infer<typeof Input>;
const State = z
  .object({
    isDone: z.boolean(),
    /** Whether a bare-metal server's own disk had lost its bytes: then there is no system to stop, and none to go back to. */
    isDiskLost: z.boolean(),
  })
  .partial();
type State = z.infer<typeof State>;
type Context = StepContext<RebuildInput, State>;
/** The step from which on the old machine may be gone. */
const DISK = 2;
export type RebuildJob = JobType<RebuildInput, State>;

/** With the image that the server has. */
export const reinstallOsJob = defineRebuild('reinstallOs');

/** With another image. */
export const changeOsJob = defineRebuild('changeOs');

/**
 * Gives a server its system anew, on a new system disk; what else it has stays. Up to the first boot of the new system it can be taken back:
 * the old disk is untouched, and if the server ran, it runs again.
 */
function defineRebuild(name: string): RebuildJob {
  return defineJob<RebuildInput, State>({
    name,
    queue: 'launch',
    input: Input,
    state: State,
    errors: [
      errors.imageNotFound,
      errors.imageNotActive,
      errors.imageDamaged,
      errors.backupGone,
      errors.imageUnusable,
      errors.serverNotStopped,
      errors.diskNotCreated,
      errors.serverNotCreated,
      errors.serverNotStarted,
    ],
    resources: ({ serverId, image, disks }) => [serverId, image.id, ...(disks ? [disks.oldId, disks.newId] : [])],
    steps: [
      {
        name: 'image',
        weight: 4,
        seconds: 5,
        async run(context) {
          const { cloud, input, report, signal } = context;
          await cloud.reconciler.hardwareReady(signal);
          await sourceOf(context);
          await orFail(errors.imageNotFound, () => cloud.imageContent.ensure(input.image.id, { onProgress: report, signal }));
          return undefined;
        },
      },
      {
        name: 'stop',
        weight: 1,
        seconds: 10,
        async run(context) {
          const { cloud, input, signal } = context;
          await cloud.reconciler.hardwareReady(signal);
          if (await isOwnDiskLost(context)) return { isDiskLost: true };
          if (input.from !== 'ACTIVE') return { isDiskLost: false };
          const spec = await readServerSpec(cloud, input.serverId);
          await orFail(errors.serverNotStopped, async () => {
            await makeServer(cloud, spec);
            await cloud.hardware.stopServer(input.serverId, 'SOFT');
          });
          return { isDiskLost: false };
        },
        commit: (tx, { input: { serverId } }) => enterPhase(tx, serverId, 'deploying'),
        async revert(context) {
          const { cloud, input } = context;
          if (isOver(context) || (await isOwnDiskLost(context))) return;
          const spec = await readServerSpec(cloud, input.serverId);
          await (input.from === 'ACTIVE' ? bringUp(cloud, spec) : makeServer(cloud, spec));
        },
      },
      {
        name: 'disk',
        weight: 3,
        seconds: 5,
        async run(context) {
          const { cloud, input, state, isResumed, signal } = context;
          await cloud.reconciler.hardwareReady(signal);
          const source = await sourceOf(context);
          // The server may run already on the disk that is about to be replaced, or still on one that is lost.
          if (isResumed || state.isDiskLost)
            await orFail(errors.diskNotCreated, () => cloud.hardware.destroyServer(input.serverId));
          await orFail(errors.diskNotCreated, async () => {
            if (hasOldBytes(context)) await keepOldBytes(context);
            await makeDisks(cloud.hardware, [{ disk: input.disk, source, size: input.size, fileSystem: null }]);
          });
          return undefined;
        },
        async revert(context) {
          const { cloud, input } = context;
          if (isOver(context)) return;
          if (hasOldBytes(context)) await bringBackOldBytes(context);
          else await cloud.hardware.disks.remove(input.disk);
        },
      },
      {
        name: 'machine',
        weight: 2,
        seconds: 5,
        async run(context) {
          await context.cloud.reconciler.hardwareReady(context.signal);
          const spec = await newSpec(context);
          await orFail(errors.serverNotCreated, () => makeServer(context.cloud, spec));
          return undefined;
        },
        async revert(context) {
          const { cloud, input } = context;
          if (isOver(context)) return;
          if (context.state.isDiskLost) await cloud.hardware.destroyServer(input.serverId);
          else await makeServer(cloud, await readServerSpec(cloud, input.serverId));
        },
      },
      {
        name: 'boot',
        weight: 4,
        seconds: 20,
        async run(context) {
          const { cloud, input } = context;
          await cloud.reconciler.hardwareReady(context.signal);
          const seed = serverSeed(await newServer(context), input);
          const spec = await newSpec(context);
          await orFail(errors.serverNotStarted, () =>
            onFreePort(cloud, spec, wanted => cloud.hardware.startServer(wanted, seed)),
          );
          return { isDone: true };
        },
        commit: finish,
        async revert(context) {
          if (!isOver(context)) await context.cloud.hardware.stopServer(context.input.serverId, 'HARD');
        },
      },
      {
        name: 'remove',
        weight: 1,
        seconds: 3,
        final: true,
        async run(context) {
          await removeOld(context);
          return undefined;
        },
        revert: removeOld,
      },
    ],
    async failed(tx, { cloud, job, input, state }, { code, message }) {
      const { serverId, disks } = input;
      // The new system runs: only what is left of the old one could not be removed.
      if (state.isDone) return;
      if (disks) await forgetReplacement(tx, disks.newId);
      // Its machine is gone, and there was nothing to go back to.
      const status = state.isDiskLost && job.step >= DISK ? 'ERROR' : input.from;
      const kind = status === 'ACTIVE' ? 'server.active' : 'server.updated';
      const fault = status === 'ERROR' ? { faultCode: code, faultMessage: message } : {};
      await settleServer(tx, cloud, kind, serverId, { status, passwordHash: null, ...fault });
    },
  });
}

/** The server is another one from now on: its image, its key, its system disk. */
async function finish(tx: Parameters<typeof replaceSystemDisk>[0], { cloud, input }: Context): Promise<void> {
  const { serverId, image, disks, keyName, userData } = input;
  if (disks) await replaceSystemDisk(tx, cloud, serverId, disks.newId);
  await settleServer(tx, cloud, 'server.active', serverId, {
    status: 'ACTIVE',
    imageId: image.id,
    imageName: image.name,
    osType: image.osType,
    keyName,
    userData: decoded(userData),
    passwordHash: null,
    seeded: true,
    launchedAt: cloud.clock.now(),
    ...(!hasCapability(cloud, 'ssh') && { sshPort: null }),
  });
}

/** Whose bytes the new disk begins with. The image may have been deleted or unshared since the order, or found to be damaged. */
async function sourceOf({ cloud, input, job }: Context): Promise<string> {
  const { regionId } = await requireServer(cloud, input.serverId);
  const image = await launchImage(cloud, { tenantId: job.tenantId, regionId }, input.image.id);
  return bootSource(cloud, image, errors);
}

/** The server as it is going to be. */
async function newServer({ cloud, input }: Context): Promise<Server> {
  const server = await requireServer(cloud, input.serverId);
  return { ...server, keyName: input.keyName, userData: decoded(input.userData) };
}

async function newSpec(context: Context): Promise<ServerSpec> {
  const { cloud, input } = context;
  const { dataDisks, nics } = await readServerSpec(cloud, input.serverId);
  return serverSpec(await newServer(context), { disk: input.disk, dataDisks, nics, publicKey: input.authorizedKeys[0] });
}

const decoded = (userData: string | null): Buffer<ArrayBuffer> | null =>
  userData === null ? null : Buffer.from(userData, 'base64');

/** Whether there is no way back any more. What a step tells is recorded with its commit. */
function isOver({ state }: Context): boolean {
  return state.isDone === true;
}

/** Whether what is on the disk is replaced in its place, so that it has to be kept for the way back. */
function hasOldBytes({ input: { disks }, state: { isDiskLost } }: Context): boolean {
  return disks === null && !isDiskLost;
}

/** Asked before anything is done with the disk; what was found then counts from there on. */
async function isOwnDiskLost({ cloud, input: { disks, disk }, state: { isDiskLost } }: Context): Promise<boolean> {
  return isDiskLost ?? (disks === null && (await cloud.hardware.disks.stat(disk)) === undefined);
}

/** Before a bare-metal server's own disk is written anew. What is kept already was kept by an attempt before: the disk is half new since. */
async function keepOldBytes({ cloud, input, job }: Context): Promise<void> {
  const { disks } = cloud.hardware;
  const kept = keptLocalDisk(input.serverId, job.id);
  if ((await disks.stat(kept)) === undefined) await disks.snapshot([{ source: input.disk, target: kept }]);
}

async function bringBackOldBytes({ cloud, input, job }: Context): Promise<void> {
  const { disks } = cloud.hardware;
  const kept = keptLocalDisk(input.serverId, job.id);
  if ((await disks.stat(kept)) === undefined) return;
  await disks.snapshot([{ source: kept, target: input.disk }]);
  await disks.remove(kept);
}

async function removeOld(context: Context): Promise<void> {
  const { cloud, input, job } = context;
  if (!isOver(context)) return;
  const { serverId, disks } = input;
  if (disks) await removeBytes(cloud, [serverDisk(disks.oldId), ...disks.snapshotIds.map(snapshotDisk)]);
  else await removeBytes(cloud, [keptLocalDisk(serverId, job.id)]);
}
