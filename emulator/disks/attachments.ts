import type { DiskMount } from '../hardware/hardware.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import type { Disk, DiskAttachment, Prisma, Server } from '../store/generated/client.ts';
import { localDisk, serverDisk } from './server-disk.ts';

/** A disk in a server, with its own row. */
export type AttachedDisk = DiskAttachment & { readonly disk: Disk };

/** To be included where a disk is read with the servers that have it. */
export const withServers = {
  attachments: { orderBy: [{ attachedAt: 'asc' }, { id: 'asc' }] },
} as const satisfies Prisma.DiskInclude;

/** To be included where a server is read with its disks. */
export const withDisks = { attachments: { include: { disk: true }, orderBy: { device: 'asc' } } } as const;

/** The EVS disk that a server boots from; undefined for a bare-metal server with a disk of its own. */
export function systemAttachment<Attachment extends Pick<DiskAttachment, 'bootIndex'>>(
  attachments: readonly Attachment[],
): Attachment | undefined {
  return attachments.find(({ bootIndex }) => bootIndex === 0);
}

/** Where the bytes that a server boots from are; undefined where it has lost its system disk. */
export function bootDisk(
  { id, kind }: Pick<Server, 'id' | 'kind'>,
  attachments: readonly Pick<DiskAttachment, 'diskId' | 'bootIndex'>[],
): DiskId | undefined {
  const system = systemAttachment(attachments);
  if (system) return serverDisk(system.diskId);
  return kind === 'BARE_METAL' ? localDisk(id) : undefined;
}

/** What the hardware is told of the disks besides the system disk. */
export function dataMounts(
  attachments: readonly (Pick<DiskAttachment, 'diskId' | 'device' | 'bootIndex' | 'readOnly'> & {
    readonly disk: Pick<Disk, 'readOnly'>;
  })[],
): DiskMount[] {
  return attachments
    .filter(({ bootIndex }) => bootIndex !== 0)
    .map(({ diskId, device, readOnly, disk }) => ({
      disk: serverDisk(diskId),
      device,
      readOnly: readOnly || disk.readOnly,
    }));
}
