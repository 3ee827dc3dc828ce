import type { Cloud } from '../cloud.ts';
import { releaseSources } from '../disks/release-sources.ts';
import { serverDisk } from '../disks/server-disk.ts';
import type { JobRecord } from '../jobs/job.ts';
import type { Transaction } from '../transactions.ts';
import { changeStatus } from './change-status.ts';
import { imageDisk } from './image-disk.ts';

/** An image of an order, and the disk that it is made of. */
export interface DataImage {
  readonly imageId: string;
  readonly diskId: string;
}

/**
 * Copies the disks of one order of data disk images as of one moment. Each image has a sub-job of its own: the first that comes to it copies
 * for all, and those that come meanwhile wait for the same work. What has been copied is known by the images' status, also after a crash: with
 * it go the holds on the disks, and that of the order on the server.
 */
export class DataImageCopies {
  readonly #cloud: Cloud;
  /** By the first image of the order: the next order for the server may come before all jobs of this one have asked. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Resolves when the images of the order have their bytes; those whose jobs are being taken back get none. */
  ensure(images: readonly DataImage[]): Promise<void> {
    const order = images[0]?.imageId ?? '';
    const work = this.#underWay.get(order) ?? this.#copy(images).finally(() => this.#underWay.delete(order));
    this.#underWay.set(order, work);
    return work;
  }

  async #copy(images: readonly DataImage[]): Promise<void> {
    const { hardware, transactions } = this.#cloud;
    const wanted = await transactions.run(tx => stillWanted(tx, images));
    if (wanted.length === 0) return;
    const copies = wanted.map(({ imageId, diskId }) => ({ source: serverDisk(diskId), target: imageDisk(imageId) }));
    await hardware.snapshot(copies);
    const kept = await transactions.run(async tx => {
      const saved = await stillWanted(tx, wanted);
      for (const { imageId } of saved) await changeStatus(tx, imageId, 'SAVING');
      const holders = new Set(saved.flatMap(({ job: { id, parentId } }) => (parentId === null ? [id] : [id, parentId])));
      for (const holder of holders) await releaseSources(tx, this.#cloud, holder);
      return new Set(saved.map(({ imageId }) => imageId));
    });
    // Their jobs have removed what they found before this was here.
    for (const { imageId } of wanted) if (!kept.has(imageId)) await hardware.disks.remove(imageDisk(imageId));
  }
}

interface Wanted extends DataImage {
  readonly job: Pick<JobRecord, 'id' | 'parentId'>;
}

/** Images without bytes whose jobs go on. A job holds its image until it is over. */
async function stillWanted(tx: Transaction, images: readonly DataImage[]): Promise<Wanted[]> {
  const ids = images.map(({ imageId }) => imageId);
  const queued = await tx.db.image.findMany({ where: { id: { in: ids }, status: 'QUEUED' }, select: { id: true } });
  const locks = await tx.db.resourceLock.findMany({
    where: { resource: { in: ids.map(id => `image:${id}`) }, job: { reverting: false } },
    select: { resource: true, job: { select: { id: true, parentId: true } } },
  });
  const jobs = new Map(locks.map(({ resource, job }) => [resource, job]));
  return images.flatMap(image => {
    const job = jobs.get(`image:${image.imageId}`);
    return job && queued.some(({ id }) => id === image.imageId) ? [{ ...image, job }] : [];
  });
}
