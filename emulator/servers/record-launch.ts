import type { Cloud } from '../cloud.ts';
import type { NicSpec } from '../hardware/hardware.ts';
import { allocateAddresses, requireFreeAddress } from '../networks/allocate-addresses.ts';
import { allocateMacs } from '../networks/allocate-macs.ts';
import { takeQuota } from '../quotas.ts';
import type { DiskType, Image, Prisma, Subnet } from '../store/generated/client.ts';
import { insertRows } from '../store/insert-rows.ts';
import type { Transaction } from '../transactions.ts';
import { serverErrors as errors } from './errors.ts';
import type { Flavor } from './flavors.ts';
import { emitServer } from './server-events.ts';

export interface LaunchPlan {
  readonly servers: readonly PlannedServer[];
  readonly tenantId: string;
  readonly regionId: string;
  readonly zone: string;
  readonly image: Image;
  readonly flavor: Flavor;
  readonly subnet: Subnet;
  /** Asked for by name; then it is one server. */
  readonly address: string | undefined;
  readonly description: string;
  readonly diskType: DiskType;
  /** GiB */
  readonly diskSize: number;
  readonly keyName: string | null;
  readonly passwordHash: string | null;
  readonly userData: Buffer<ArrayBuffer> | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

export interface PlannedServer {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
  readonly diskId: string;
  readonly sshPort: number | null;
}

/**
 * Writes servers with their system disks and ports, and takes them from the quotas: nearly as many statements for a hundred as for one.
 * Returns the network interface of each.
 * Throws `quotaUsedUp`, `addressInUse`, `noFreeAddress`.
 */
export async function recordLaunch(tx: Transaction, cloud: Cloud, plan: LaunchPlan): Promise<NicSpec[]> {
  const { servers, flavor, tenantId, subnet } = plan;
  const count = servers.length;
  const wanted = { servers: count, cores: count * flavor.vcpus, ram: count * flavor.ramMiB };
  for (const resource of ['servers', 'cores', 'ram'] as const) {
    await takeQuota(tx, cloud.config, { tenantId, resource, amount: wanted[resource] }, errors.quotaUsedUp);
  }
  if (plan.address !== undefined) await requireFreeAddress(tx, subnet, plan.address, errors.addressInUse);
  const addresses =
    plan.address === undefined ? await allocateAddresses(tx, subnet, count, errors.noFreeAddress) : [plan.address];
  const macs = await allocateMacs(tx, count);
  const now = cloud.clock.now();

  const rows = servers.map(server => serverRow(plan, server, now));
  await insertRows(tx.db, 'Server', rows);
  await insertRows(
    tx.db,
    'Disk',
    servers.map(server => diskRow(plan, server, now)),
  );
  const ports = servers.map(({ id: serverId }, index) => {
    const [address = '', mac = ''] = [addresses[index], macs[index]];
    return { id: cloud.ids.uuid(), tenantId, subnetId: subnet.id, address, mac, serverId, createdAt: now };
  });
  await insertRows(tx.db, 'Port', ports);
  const tags = servers.flatMap(({ id: serverId }) => plan.tags.map(tag => ({ ...tag, serverId })));
  await insertRows(tx.db, 'ServerTag', tags);
  for (const row of rows) emitServer(tx, 'server.created', { ...row, faultCode: null, faultMessage: null });
  return ports.map(({ id, subnetId, address, mac }) => ({ portId: id, subnetId, address, mac }));
}

function serverRow(plan: LaunchPlan, { id, name, hostname, sshPort }: PlannedServer, now: Date) {
  const { tenantId, regionId, zone, image, flavor, description, keyName, passwordHash, userData, metadata } = plan;
  return {
    id,
    tenantId,
    regionId,
    availabilityZone: zone,
    name,
    description,
    hostname,
    status: 'BUILD',
    taskState: 'spawning',
    flavorId: flavor.id,
    imageId: image.id,
    imageName: image.name,
    osType: image.osType,
    keyName,
    sshPort,
    passwordHash,
    userData,
    metadata,
    createdAt: now,
    updatedAt: now,
  } as const satisfies Prisma.ServerCreateManyInput;
}

function diskRow(plan: LaunchPlan, { id: serverId, name, diskId }: PlannedServer, now: Date): Prisma.DiskCreateManyInput {
  return {
    id: diskId,
    tenantId: plan.tenantId,
    availabilityZone: plan.zone,
    name: `${name}-volume-0000`.slice(-64),
    status: 'CREATING',
    size: plan.diskSize,
    type: plan.diskType,
    bootable: true,
    serverId,
    device: '/dev/vda',
    imageId: plan.image.id,
    createdAt: now,
    updatedAt: now,
  };
}
