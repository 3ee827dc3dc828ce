import { backupDisk } from '../backups/backup-disk.ts';
import type { Cloud } from '../cloud.ts';
import { jobOfKeptDisk, localDisk, serverDisk, snapshotDisk } from '../disks/server-disk.ts';
import type { KnownIds, SweptKind } from '../hardware/hardware.ts';
import { imageDisk } from '../images/image-disk.ts';
import type { ServerStatus } from '../store/generated/client.ts';
import { slices } from '../store/slices.ts';

const OFF: ReadonlySet<ServerStatus> = new Set(['SHUTOFF', 'ERROR']);

/**
 * What the database has rows for. An unfinished job has rows for all that it makes, from its order on. The ids are looked up in portions:
 * public and shared images may be many more than have bytes.
 */
export function idsKnownTo({ database: { read } }: Cloud): KnownIds {
  const look: Readonly<Record<SweptKind, (ids: string[]) => Promise<string[]>>> = {
    async server(ids) {
      return (await read.server.findMany({ where: { id: { in: ids } }, select: { id: true } })).map(({ id }) => id);
    },
    async subnet(ids) {
      const where = { subnetId: { in: ids }, serverId: { not: null } };
      const ports = await read.port.findMany({ where, distinct: ['subnetId'], select: { subnetId: true } });
      return ports.map(({ subnetId }) => subnetId);
    },
    async address(ids) {
      const where = { id: { in: ids }, portId: { not: null } };
      return (await read.publicAddress.findMany({ where, select: { id: true } })).map(({ id }) => id);
    },
    async disk(disks) {
      const where = (prefix: string) => ({ id: { in: withoutPrefix(disks, prefix) } });
      const select = { id: true } as const;
      const found: readonly (readonly [(id: string) => string, readonly { id: string }[]])[] = [
        [serverDisk, await read.disk.findMany({ where: where(serverDisk('')), select })],
        [localDisk, await read.server.findMany({ where: { kind: 'BARE_METAL', ...where(localDisk('')) }, select })],
        [snapshotDisk, await read.diskSnapshot.findMany({ where: where(snapshotDisk('')), select })],
        [imageDisk, await read.image.findMany({ where: where(imageDisk('')), select })],
        [backupDisk, await read.backup.findMany({ where: where(backupDisk('')), select })],
      ];
      const kept = await keptDisks(read, disks);
      return [...kept, ...found.flatMap(([nameOf, rows]) => rows.map(({ id }) => nameOf(id)))];
    },
  };
  return async (kind, ids) => {
    const known = new Set<string>();
    for (const some of slices(ids)) for (const id of await look[kind](some)) known.add(id);
    return known;
  };
}

/** Those that a job needs which is not over. */
async function keptDisks(read: Cloud['database']['read'], disks: readonly string[]): Promise<string[]> {
  const ids = disks.flatMap(disk => jobOfKeptDisk(disk) ?? []);
  if (ids.length === 0) return [];
  const jobs = await read.job.findMany({ where: { id: { in: ids }, status: { in: ['INIT', 'RUNNING'] } }, select: { id: true } });
  const unfinished = new Set(jobs.map(({ id }) => id));
  return disks.filter(disk => unfinished.has(jobOfKeptDisk(disk) ?? ''));
}

function withoutPrefix(ids: readonly string[], prefix: string): string[] {
  return ids.filter(id => id.startsWith(prefix)).map(id => id.slice(prefix.length));
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
