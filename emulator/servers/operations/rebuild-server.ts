import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { ensure } from '../../errors.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { Caller } from '../../identity/caller.ts';
import { publicKeysOf } from '../../keypairs/public-keys-of.ts';
import { defineOperation } from '../../operation.ts';
import type { Image, Server } from '../../store/generated/client.ts';
import type { Transaction } from '../../transactions.ts';
import { text } from '../../validation.ts';
import { bareMetalErrors } from '../bare-metal/errors.ts';
import { requireMachineFit } from '../bare-metal/place-machine.ts';
import { serverErrors as errors } from '../errors.ts';
import { findBareMetalFlavor, findFlavor } from '../flavors.ts';
import { changeOsJob, type RebuildJob, reinstallOsJob } from '../jobs/rebuild-server.ts';
import { launchImage } from '../launch-image.ts';
import { orderRebuild } from '../order-rebuild.ts';
import { requireFit } from '../place-server.ts';
import * as rules from '../rules.ts';
import { ownServer } from '../server-access.ts';

/**
 * Giving a server its operating system anew. Its id, name, addresses and data disks stay; its system disk is a new one of the same size, and
 * snapshots of the old one go. The server has to be off, or is stopped for it; afterwards it runs. Source: compute 2.4, ims-api 8.
 */

const Access = z.object({
  serverId: rules.ServerId,
  /** Whether a server that runs is stopped for it. */
  stopServer: z.boolean().default(false),
  adminPassword: rules.AdminPassword.nullish(),
  keyName: text(errors.keyPairNotFound).nullish(),
  /** Base64. */
  userData: rules.UserData.nullish(),
});
type Access = z.infer<typeof Access>;

const answered = [
  errors.serverNotFound,
  errors.imageNotFound,
  errors.imageNotActive,
  errors.imageDamaged,
  errors.backupGone,
  errors.imageUnusable,
  errors.imageUnfitForFlavor,
  bareMetalErrors.imageUnfit,
  errors.memoryUnfitForImage,
  errors.diskTooSmallForImage,
  errors.diskNotCreated,
  errors.systemDiskBackedUp,
  errors.passwordInvalid,
  errors.keyPairNotFound,
  errors.userDataInvalid,
  errors.statusWrong,
  errors.serverBusy,
];

/** With the image that it has; impossible once that is deleted, or not shared with the tenant any more. */
export const reinstallServer = defineOperation({
  name: 'servers.reinstall',
  permission: 'ecs:cloudServers:rebuild',
  access: 'write',
  input: Access,
  invalid: errors.badParameter,
  errors: answered,
  async run({ cloud, caller, input, commit }) {
    const server = await ownServer(cloud, caller, input.serverId);
    return rebuild({ cloud, caller, input, commit }, server, reinstallOsJob, server.imageId);
  },
});

/** With another image; of a full-ECS image only the system disk is used. */
export const changeServerOs = defineOperation({
  name: 'servers.changeOs',
  permission: 'ecs:cloudServers:changeOS',
  access: 'write',
  input: Access.extend({ imageId: rules.LaunchImageId }),
  invalid: errors.badParameter,
  errors: answered,
  async run({ cloud, caller, input, commit }) {
    const server = await ownServer(cloud, caller, input.serverId);
    return rebuild({ cloud, caller, input, commit }, server, changeOsJob, input.imageId);
  },
});

interface Context {
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly input: Access;
  commit<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

async function rebuild({ cloud, caller, input, commit }: Context, server: Server, job: RebuildJob, imageId: string) {
  requireHardware(cloud);
  const image = await launchImage(cloud, caller, imageId);
  requireServerFit(image, server);
  const { serverId, stopServer, adminPassword, keyName, userData } = input;
  const authorizedKeys = await publicKeysOf(cloud, caller, keyName ?? undefined, errors.keyPairNotFound);
  const access = {
    keyName: keyName ?? null,
    authorizedKeys,
    adminPassword: adminPassword ?? null,
    userData: userData ?? null,
  };
  return orderRebuild(cloud, caller, job, { serverId, image, stopServer, ...access }, commit);
}

/** Bare-metal servers boot from images of their own kind only, and no other server does. */
function requireServerFit(image: Image, { kind, flavorId }: Server): void {
  if (kind === 'BARE_METAL') {
    const machine = findBareMetalFlavor(flavorId);
    ensure(machine, bareMetalErrors.flavorNotFound);
    requireMachineFit(image, machine);
    return;
  }
  const flavor = findFlavor(flavorId);
  ensure(flavor, errors.imageUnfitForFlavor);
  requireFit(image, flavor);
}
