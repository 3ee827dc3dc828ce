import { z } from 'zod';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { DiskDeviceType, DiskType, FileSystem } from '../store/generated/client.ts';

/** A disk that comes into being with its server. */
export interface LaunchDisk {
  /** Of its row; null for a bare-metal server's own disk, which has none. */
  readonly id: string | null;
  /** Where its bytes will be. */
  readonly disk: DiskId;
  /** Whose bytes it starts with; null for an empty disk. */
  readonly source: DiskId | null;
  /** GiB */
  readonly size: number;
  readonly type: DiskType;
  /** `/dev/vda` */
  readonly device: string;
  /** 0 for the one to boot from, null for every other. */
  readonly bootIndex: 0 | null;
  readonly bootable: boolean;
  readonly shareable: boolean;
  readonly deviceType: DiskDeviceType;
  /** To be made on an empty disk. */
  readonly fileSystem: FileSystem | null;
  readonly deleteOnTermination: boolean;
  /** What it is made from, for its row. */
  readonly imageId: string | null;
  readonly backupId: string | null;
}

/** What the job that makes a server has to know of each of its disks; the first one is booted from. */
export const JobDisks = z
  .array(
    z.object({
      id: z.string().nullable(),
      disk: z.string(),
      source: z.string().nullable(),
      /** GiB */
      size: z.number(),
      device: z.string(),
      fileSystem: z.enum(['EXT4']).nullable(),
    }),
  )
  .min(1);
export type JobDisk = z.infer<typeof JobDisks>[number];

export function jobDisk({ id, disk, source, size, device, fileSystem }: LaunchDisk): JobDisk {
  return { id, disk, source, size, device, fileSystem };
}
