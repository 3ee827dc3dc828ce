import type { Cloud } from '../cloud.ts';
import { ensure } from '../errors.ts';
import type { ImageSource } from '../hardware/hardware.ts';
import type { WorkOptions } from '../store/disks/disk-store.ts';
import type { Image } from '../store/generated/client.ts';
import { imageErrors } from './errors.ts';
import { imageDisk } from './image-disk.ts';
import { emitImage } from './image-events.ts';
import { writeImage } from './write-image.ts';

/**
 * Makes sure that an image's bytes are in the disk store. A public image gets them on its first use, which may take a minute; whoever
 * needs the same image meanwhile waits for the same work.
 */
export class ImageContent {
  readonly #cloud: Cloud;
  readonly #underWay = new Map<string, { work: Promise<void>; listeners: Set<NonNullable<WorkOptions['onProgress']>> }>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Throws CloudError `imageNotFound` if the image is gone. An aborted signal ends the waiting, not the work. */
  async ensure(imageId: string, { onProgress, signal }: WorkOptions = {}): Promise<void> {
    const image = await this.#cloud.images.get(imageId);
    ensure(image, imageErrors.imageNotFound);
    if (await this.#isThere(image)) return;
    const entry = this.#underWay.get(imageId) ?? this.#begin(image);
    if (onProgress) entry.listeners.add(onProgress);
    try {
      await (signal ? Promise.race([entry.work, aborted(signal)]) : entry.work);
    } finally {
      if (onProgress) entry.listeners.delete(onProgress);
    }
  }

  /** What was made of a public image can be made again where the store has lost it; nobody can do that for a private one. */
  async #isThere({ id, content, visibility }: Image): Promise<boolean> {
    if (content === 'NOT_YET') return false;
    return visibility !== 'PUBLIC' || (await this.#cloud.hardware.disks.stat(imageDisk(id))) !== undefined;
  }

  #begin(image: Image): { work: Promise<void>; listeners: Set<NonNullable<WorkOptions['onProgress']>> } {
    const listeners = new Set<NonNullable<WorkOptions['onProgress']>>();
    const tell = (done: number, total: number): void => {
      for (const listener of listeners) listener(done, total);
    };
    const work = this.#make(image, tell).finally(() => this.#underWay.delete(image.id));
    const entry = { work, listeners };
    this.#underWay.set(image.id, entry);
    return entry;
  }

  async #make(image: Image, onProgress: (done: number, total: number) => void): Promise<void> {
    const { hardware, transactions, clock } = this.#cloud;
    const disk = imageDisk(image.id);
    const made = await hardware.materialise(sourceOf(image), disk, { onProgress });
    const checksum = await hardware.disks.checksum(disk);
    const { logical, stored } = await hardware.disks.usage(disk);
    await transactions.run(async tx => {
      const data = {
        content: made.content,
        contentNote: made.reason ?? null,
        checksum,
        damage: null,
        sizeBytes: stored,
        virtualSize: logical,
        updatedAt: clock.now(),
      };
      await emitImage(tx, 'image.updated', await writeImage(tx, image.id, data));
    });
  }
}

const OS_TYPES = { LINUX: 'Linux', WINDOWS: 'Windows', OTHER: 'Other' } as const;

function sourceOf({ name, osVersion, platform, osType, container, debianSuite, kind }: Image): ImageSource {
  const partitioned = kind === 'BARE_METAL';
  return { name, osVersion, platform, osType: OS_TYPES[osType], container, debianSuite, partitioned };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
