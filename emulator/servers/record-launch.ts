import type { Cloud } from '../cloud.ts';
import { emitDisk } from '../disks/disk-events.ts';
import type { ErrorCode } from '../errors.ts';
import type { NicSpec } from '../hardware/hardware.ts';
import { takeQuota } from '../quotas.ts';
import type { Disk, DiskAttachment, Image, Prisma, ServerKind } from '../store/generated/client.ts';
import { insertRows } from '../store/insert-rows.ts';
import type { Transaction } from '../transactions.ts';
import { newMachine } from './bare-metal/machine.ts';
import type { Flavor } from './flavors.ts';
import type { LaunchDisk } from './launch-disk.ts';
import { type NicRefusals, type PlannedNic, recordNics } from './launch-nics.ts';
import { emitServer } from './server-events.ts';

export interface LaunchPlan {
  readonly kind: ServerKind;
  readonly servers: readonly PlannedServer[];
  readonly tenantId: string;
  readonly regionId: string;
  readonly zone: string;
  readonly image: Image;
  readonly flavor: Flavor;
  /** What each server gets; the first is the primary one. Ports that are there and addresses asked for are for one server. */
  readonly nics: readonly PlannedNic[];
  /** Of new ports; none for the tenant's default group. */
  readonly securityGroupIds: readonly string[];
  readonly description: string;
  readonly keyName: string | null;
  readonly passwordHash: string | null;
  readonly userData: Buffer<ArrayBuffer> | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** What a caller is told where there is not enough: each service has its own codes. */
export type LaunchRefusals = Readonly<Record<'quotaUsedUp' | 'coresUsedUp' | 'ramUsedUp' | 'diskQuotaUsedUp', ErrorCode>> &
  NicRefusals;

export interface PlannedServer {
  readonly id: string;
  readonly name: string;
  readonly hostname: string;
  /** The first one is booted from. */
  readonly disks: readonly LaunchDisk[];
  readonly sshPort: number | null;
}

/**
 * Writes servers with their disks and ports, and takes them from the quotas: nearly as many statements for a hundred as for one.
 * Returns the network interfaces of each.
 * Throws `quotaUsedUp`, `diskQuotaUsedUp`, `addressInUse`, `noFreeAddress`, `portQuotaUsedUp`, `portInUse`,
 * `securityGroupNotFound`.
 */
export async function recordLaunch(
  tx: Transaction,
  cloud: Cloud,
  plan: LaunchPlan,
  refusals: LaunchRefusals,
): Promise<NicSpec[][]> {
  const { servers, flavor, tenantId } = plan;
  const count = servers.length;
  const wanted = [
    ['servers', count, refusals.quotaUsedUp],
    ['cores', count * flavor.vcpus, refusals.coresUsedUp],
    ['ram', count * flavor.ramMiB, refusals.ramUsedUp],
  ] as const;
  for (const [resource, amount, error] of wanted) await takeQuota(tx, cloud.config, { tenantId, resource, amount }, error);
  const disks = servers.flatMap(server => server.disks.flatMap((disk, index) => diskRow(plan, server, { ...disk, index }) ?? []));
  await takeDiskQuota(tx, cloud, { tenantId, disks, error: refusals.diskQuotaUsedUp });
  const now = cloud.clock.now();

  const rows = servers.map(server => serverRow(plan, server, now));
  await insertRows(tx.db, 'Server', rows);
  const stamps = { createdAt: now, updatedAt: now };
  await insertRows(
    tx.db,
    'Disk',
    disks.map(disk => ({ ...disk, ...stamps })),
  );
  await insertRows(
    tx.db,
    'DiskAttachment',
    servers.flatMap(server => attachmentRows(cloud, server, now)),
  );
  const nics = await recordNics(tx, cloud, plan, refusals);
  const tags = servers.flatMap(({ id: serverId }) => plan.tags.map(tag => ({ ...tag, serverId })));
  await insertRows(tx.db, 'ServerTag', tags);
  for (const disk of disks) emitDisk(tx, 'disk.created', disk);
  for (const row of rows) emitServer(tx, 'server.created', { ...row, faultCode: null, faultMessage: null });
  return nics;
}

function serverRow(plan: LaunchPlan, { id, name, hostname, sshPort }: PlannedServer, now: Date) {
  const { kind, tenantId, regionId, zone, image, flavor, description, keyName, passwordHash, userData, metadata } = plan;
  return {
    id,
    kind,
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
    ...(kind === 'BARE_METAL' && newMachine),
    createdAt: now,
    updatedAt: now,
  } as const satisfies Prisma.ServerCreateManyInput;
}

type DiskRow = Omit<Disk, 'createdAt' | 'updatedAt' | 'metadata'>;

/** Null for a bare-metal server's own disk. */
function diskRow(plan: LaunchPlan, { name }: PlannedServer, disk: LaunchDisk & { readonly index: number }): DiskRow | undefined {
  const { id, size, type, bootable, shareable, deviceType, fileSystem, imageId, backupId, index } = disk;
  if (id === null) return undefined;
  return {
    id,
    tenantId: plan.tenantId,
    availabilityZone: plan.zone,
    name: `${name}-volume-${String(index).padStart(4, '0')}`.slice(-64),
    description: '',
    status: 'CREATING',
    size,
    type,
    bootable,
    readOnly: false,
    shareable,
    deviceType,
    fileSystem,
    imageId,
    snapshotId: null,
    backupId,
    damage: null,
  };
}

function attachmentRows(cloud: Cloud, { id: serverId, disks }: PlannedServer, attachedAt: Date): DiskAttachment[] {
  return disks.flatMap(({ id: diskId, device, bootIndex, deleteOnTermination }) =>
    diskId === null
      ? []
      : [{ id: cloud.ids.uuid(), diskId, serverId, device, bootIndex, readOnly: false, deleteOnTermination, attachedAt }],
  );
}

async function takeDiskQuota(
  tx: Transaction,
  { config }: Cloud,
  { tenantId, disks, error }: { tenantId: string; disks: readonly DiskRow[]; error: ErrorCode },
): Promise<void> {
  const gigabytes = disks.reduce((sum, { size }) => sum + size, 0);
  await takeQuota(tx, config, { tenantId, resource: 'disks', amount: disks.length }, error);
  await takeQuota(tx, config, { tenantId, resource: 'diskGigabytes', amount: gigabytes }, error);
}
