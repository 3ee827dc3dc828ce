import type { Image } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { audiencesOfImage } from './image-access.ts';

export type ImageEventKind =
  | 'image.created'
  | 'image.saving'
  | 'image.active'
  | 'image.updated'
  | 'image.killed'
  | 'image.deleted';

export type ShareEventKind = 'image.shared' | 'image.unshared' | 'image.member';

/** Tells of an image to all who may see it; further audiences are those who could until now. */
export async function emitImage(
  tx: Transaction,
  kind: ImageEventKind,
  image: Image,
  alsoTo: readonly string[] = [],
): Promise<void> {
  emit(tx, kind, image, [...(await audiencesOfImage(tx, image)), ...alsoTo]);
}

/** Tells of a share to its two sides: the image's owner and the tenant. Other members learn nothing of each other. */
export function emitShare(tx: Transaction, kind: ShareEventKind, image: Image, tenantId: string): void {
  emit(tx, kind, image, [image.ownerId, tenantId]);
}

function emit(tx: Transaction, kind: ImageEventKind | ShareEventKind, image: Image, audiences: readonly string[]): void {
  tx.emit({
    kind,
    resourceType: 'image',
    resourceId: image.id,
    payload: { id: image.id, name: image.name, status: image.status, ownerId: image.ownerId },
    audiences,
  });
}
