import type { Cloud } from '../cloud.ts';
import { serverDisk } from '../disks/server-disk.ts';
import { imageDisk } from '../images/image-disk.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { ServerStatus } from '../store/generated/client.ts';
import { slices } from '../store/slices.ts';

export interface Keep {
  readonly servers: ReadonlySet<string>;
  readonly subnets: ReadonlySet<string>;
  readonly disks: ReadonlySet<DiskId>;
}

const OFF: ReadonlySet<ServerStatus> = new Set(['SHUTOFF', 'ERROR']);

/**
 * What the hardware must keep: all that the database has a row for. An unfinished job has rows for all that it makes. Images are asked for by
 * the disks that there are, since public and shared ones may be many more than have bytes.
 */
export async function whatToKeep(cloud: Cloud): Promise<Keep> {
  const { read } = cloud.database;
  const servers = await read.server.findMany({ select: { id: true } });
  const ports = await read.port.findMany({
    where: { serverId: { not: null } },
    distinct: ['subnetId'],
    select: { subnetId: true },
  });
  return {
    servers: new Set(servers.map(({ id }) => id)),
    subnets: new Set(ports.map(({ subnetId }) => subnetId)),
    disks: await disksToKeep(cloud),
  };
}

async function disksToKeep({ database: { read }, hardware }: Cloud): Promise<Set<DiskId>> {
  const present = await hardware.disks.list();
  const keep = new Set<DiskId>();
  const [diskPrefix, imagePrefix] = [serverDisk(''), imageDisk('')];
  const idsWith = (prefix: string): string[] => present.filter(id => id.startsWith(prefix)).map(id => id.slice(prefix.length));
  for (const ids of slices(idsWith(diskPrefix))) {
    for (const { id } of await read.disk.findMany({ where: { id: { in: ids } }, select: { id: true } })) keep.add(serverDisk(id));
  }
  for (const ids of slices(idsWith(imagePrefix))) {
    for (const { id } of await read.image.findMany({ where: { id: { in: ids } }, select: { id: true } })) keep.add(imageDisk(id));
  }
  return keep;
}

export interface PowerDifferences {
  readonly start: string[];
  readonly stop: string[];
}

/** Servers that are on and should be off, or the reverse. */
export async function powerDifferences({ database: { read }, hardware }: Cloud): Promise<PowerDifferences> {
  const observed = await hardware.servers();
  const running = new Set(observed.filter(({ state }) => state === 'RUNNING').map(({ id }) => id));
  const rows = await read.server.findMany({ select: { id: true, status: true } });
  return {
    start: rows.filter(({ id, status }) => status === 'ACTIVE' && !running.has(id)).map(({ id }) => id),
    stop: rows.filter(({ id, status }) => OFF.has(status) && running.has(id)).map(({ id }) => id),
  };
}
