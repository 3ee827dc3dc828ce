import type { Cloud } from '../cloud.ts';
import { serverDisk } from '../disks/server-disk.ts';
import type { Transaction } from '../transactions.ts';
import { changeStatus } from './change-status.ts';
import { imageDisk } from './image-disk.ts';
import { runningServer } from './jobs/copied-image.ts';

/** An image of an order, and the disk that it is made of. */
export interface DataImage {
  readonly imageId: string;
  readonly diskId: string;
}

/**
 * Copies the disks of one order of data disk images as of one moment. Each image has a sub-job of its own: the first that comes to it copies
 * for all, and those that come meanwhile wait for the same work. What has been copied is known by the images' status, also after a crash.
 */
export class DataImageCopies {
  readonly #cloud: Cloud;
  /** By server: no two orders work on one at once. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Resolves when the images of the order have their bytes; those whose jobs are being taken back get none. */
  ensure(serverId: string, images: readonly DataImage[]): Promise<void> {
    const work = this.#underWay.get(serverId) ?? this.#copy(serverId, images).finally(() => this.#underWay.delete(serverId));
    this.#underWay.set(serverId, work);
    return work;
  }

  async #copy(serverId: string, images: readonly DataImage[]): Promise<void> {
    const { hardware, transactions } = this.#cloud;
    const wanted = await transactions.run(tx => stillWanted(tx, images));
    if (wanted.length === 0) return;
    const copies = wanted.map(({ imageId, diskId }) => ({ source: serverDisk(diskId), target: imageDisk(imageId) }));
    await hardware.snapshot(copies, await runningServer(this.#cloud, serverId));
    const kept = await transactions.run(async tx => {
      const saved = await stillWanted(tx, wanted);
      for (const { imageId } of saved) await changeStatus(tx, imageId, 'SAVING');
      return new Set(saved.map(({ imageId }) => imageId));
    });
    // Their jobs have removed what they found before this was here.
    for (const { imageId } of wanted) if (!kept.has(imageId)) await hardware.disks.remove(imageDisk(imageId));
  }
}

/** Images without bytes whose jobs go on. A job holds its image until it is over. */
async function stillWanted(tx: Transaction, images: readonly DataImage[]): Promise<DataImage[]> {
  const ids = images.map(({ imageId }) => imageId);
  const queued = await tx.db.image.findMany({ where: { id: { in: ids }, status: 'QUEUED' }, select: { id: true } });
  const locks = await tx.db.resourceLock.findMany({
    where: { resource: { in: ids.map(id => `image:${id}`) }, job: { reverting: false } },
  });
  const held = new Set(locks.map(({ resource }) => resource));
  return images.filter(({ imageId }) => queued.some(({ id }) => id === imageId) && held.has(`image:${imageId}`));
}
