import type { Cloud } from '../cloud.ts';
import { type AttachedDisk, bootDisk, dataMounts, withDisks } from '../disks/attachments.ts';
import { ensure } from '../errors.ts';
import type { DiskMount, NicSpec, Seed, ServerSpec } from '../hardware/hardware.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { Port, Prisma, Server } from '../store/generated/client.ts';
import { slices } from '../store/slices.ts';
import { serverErrors as errors } from './errors.ts';
import { findFlavor } from './flavors.ts';

/** A server with the rows that say what it is made of. */
type ServerWithParts = Server & { readonly attachments: readonly AttachedDisk[]; readonly ports: readonly Port[] };

const serverParts = {
  ...withDisks,
  ports: { orderBy: [{ primary: 'desc' }, { createdAt: 'asc' }] },
} as const satisfies Prisma.ServerInclude;

/** What the hardware is told of a server, as it stands in the database. Throws CloudError `serverNotFound`. */
export async function readServerSpec(cloud: Cloud, serverId: string): Promise<ServerSpec> {
  const [spec] = await readServerSpecs(cloud, [serverId]);
  ensure(spec, errors.serverNotFound);
  return spec;
}

/** Several at once, with few queries. Servers that are not there are left out. */
export async function readServerSpecs(cloud: Cloud, serverIds: readonly string[]): Promise<ServerSpec[]> {
  const specs: ServerSpec[] = [];
  for (const ids of slices(serverIds)) specs.push(...(await readSlice(cloud, ids)));
  return specs;
}

async function readSlice({ database: { read } }: Cloud, ids: readonly string[]): Promise<ServerSpec[]> {
  const servers = await read.server.findMany({ where: { id: { in: [...ids] } }, include: serverParts });
  const names = [...new Set(servers.map(({ keyName }) => keyName).filter(name => name !== null))];
  const keyPairs = names.length > 0 ? await read.keyPair.findMany({ where: { name: { in: names } } }) : [];
  return servers.map(server => {
    const keyPair = keyPairs.find(({ tenantId, name }) => tenantId === server.tenantId && name === server.keyName);
    return serverSpec(server, partsOf(server, keyPair?.publicKey));
  });
}

export interface ServerParts {
  readonly disk: DiskId;
  readonly dataDisks: readonly DiskMount[];
  readonly nics: readonly NicSpec[];
  readonly publicKey: string | undefined;
}

/** Throws CloudError `flavorNotFound` for a flavor that is not in the table any more. */
export function serverSpec(server: Server, { disk, dataDisks, nics, publicKey }: ServerParts): ServerSpec {
  const flavor = findFlavor(server.flavorId);
  ensure(flavor, errors.flavorNotFound);
  return {
    id: server.id,
    tenantId: server.tenantId,
    hostname: server.hostname,
    disk,
    dataDisks,
    vcpus: flavor.vcpus,
    memoryMiB: flavor.ramMiB,
    nics,
    sshPort: server.sshPort,
    metadata: metadataDocument(server, publicKey),
    userData: server.userData && Buffer.from(server.userData),
  };
}

function partsOf({ attachments, ports, ...server }: ServerWithParts, publicKey: string | undefined): ServerParts {
  const disk = bootDisk(server, attachments);
  ensure(disk, errors.diskNotCreated, { message: 'The server has no system disk.' });
  const nics = ports.map(({ id, subnetId, address, mac }) => ({ portId: id, subnetId, address, mac }));
  return { disk, dataDisks: dataMounts(attachments), nics, publicKey };
}

/** What the first boot finds. An image without injection gets its name only (`__support_fc_inject`: ims-api 2.2). */
export function serverSeed(
  { id, hostname, passwordHash, userData }: Server,
  { inject, authorizedKeys }: { inject: boolean; authorizedKeys: readonly string[] },
): Seed {
  if (!inject) return { hostname, authorizedKeys: [], passwordHash: null, userData: null, instanceId: id };
  return { hostname, authorizedKeys, passwordHash, userData: userData && Buffer.from(userData), instanceId: id };
}

/** meta_data.json of the metadata service, as OpenStack writes it. */
function metadataDocument(server: Server, publicKey: string | undefined): Readonly<Record<string, unknown>> {
  const { id, name, hostname, availabilityZone, tenantId, regionId, keyName, metadata } = server;
  const key = keyName !== null && publicKey !== undefined ? { name: keyName, type: 'ssh', data: publicKey } : undefined;
  return {
    uuid: id,
    name,
    hostname,
    availability_zone: availabilityZone,
    region_id: regionId,
    project_id: tenantId,
    launch_index: 0,
    meta: metadata,
    ...(key && { keys: [key], public_keys: { [key.name]: key.data } }),
  };
}
