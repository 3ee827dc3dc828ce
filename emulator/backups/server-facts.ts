import type { JsonObject } from '../events/event.ts';
import { objectOf } from '../jobs/job.ts';
import { findFlavor } from '../servers/flavors.ts';
import type { Prisma, Server } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';

/**
 * What a backup keeps of its server besides the disks: what an image that stands on it tells of the system. The image that the server was made
 * from may be gone by then.
 */
export async function serverFacts(tx: Transaction, server: Server): Promise<Prisma.InputJsonObject> {
  const { name, hostname, flavorId, osType, imageId, imageName, availabilityZone } = server;
  const flavor = findFlavor(flavorId);
  const image = await tx.db.image.findUnique({ where: { id: imageId } });
  const system = image && {
    osVersion: image.osVersion,
    osBit: image.osBit,
    platform: image.platform,
    architecture: image.architecture,
    firmware: image.firmware,
    content: image.content,
    contentNote: image.contentNote,
    loginUser: image.loginUser,
    userData: image.userData,
    diskHotSwap: image.diskHotSwap,
    attributes: asInput(objectOf(image.attributes)),
  };
  return {
    name,
    hostname,
    flavorId,
    vcpus: flavor?.vcpus ?? null,
    ramMiB: flavor?.ramMiB ?? null,
    osType,
    imageId,
    imageName,
    availabilityZone,
    ...system,
  };
}

/** JSON that was read can be written. */
function asInput(value: JsonObject): Prisma.InputJsonObject {
  return value as Prisma.InputJsonObject;
}
