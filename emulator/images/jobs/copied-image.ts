/** What the jobs that copy a disk into an image have in common. */
import { z } from 'zod';
import { releaseSources } from '../../disks/release-sources.ts';
import { CloudError } from '../../errors.ts';
import type { StepContext } from '../../jobs/job-type.ts';
import { releaseQuota } from '../../quotas.ts';
import { orFail } from '../../servers/hardware-failures.ts';
import type { Prisma } from '../../store/generated/client.ts';
import type { Transaction } from '../../transactions.ts';
import { changeStatus } from '../change-status.ts';
import { imageErrors } from '../errors.ts';
import { imageDisk } from '../image-disk.ts';

/** What its bytes turned out to be. */
export const CopyState = z
  .object({ checksum: z.string(), storedBytes: z.number(), diskBytes: z.number(), frozenMs: z.number() })
  .partial();
export type CopyState = z.infer<typeof CopyState>;

interface OfImage {
  readonly imageId: string;
}

/**
 * Reads every byte of an image and sums them: that is its work and its progress. What it was made of is nobody's concern by then, and may be
 * gone.
 */
export async function verifyImage<Input extends OfImage>({
  cloud,
  input,
  report,
  signal,
}: StepContext<Input, CopyState>): Promise<CopyState> {
  await cloud.reconciler.hardwareReady(signal);
  const { disks } = cloud.hardware;
  const disk = imageDisk(input.imageId);
  return orFail(imageErrors.creationFailed, async () => {
    const checksum = await cloud.wholeDiskReads.run(() => disks.checksum(disk, { onProgress: report, signal }));
    const { logical, stored } = await disks.usage(disk);
    return { checksum, storedBytes: stored, diskBytes: logical };
  });
}

/** Records that an image has its bytes: whoever wants to do something with the server and the disk that they come from may. */
export async function settleCopy<Input extends OfImage>(
  tx: Transaction,
  { cloud, job, input }: StepContext<Input, CopyState>,
): Promise<void> {
  await changeStatus(tx, input.imageId, 'SAVING');
  await releaseSources(tx, cloud, job.id);
}

/** From now on it can be used. */
export async function activateImage<Input extends OfImage>(
  tx: Transaction,
  { cloud, input, state }: StepContext<Input, CopyState>,
  changes: Prisma.ImageUpdateInput = {},
): Promise<void> {
  const { checksum, storedBytes, diskBytes } = state;
  if (checksum === undefined || storedBytes === undefined || diskBytes === undefined)
    throw new CloudError(imageErrors.creationFailed);
  const now = cloud.clock.now();
  const bytes = { checksum, sizeBytes: storedBytes, virtualSize: diskBytes };
  await changeStatus(tx, input.imageId, 'ACTIVE', { ...bytes, ...changes, activeAt: now, updatedAt: now });
}

/** Takes back the copy that an image was to be. */
export function removeCopy<Input extends OfImage>({ cloud, input }: StepContext<Input, CopyState>): Promise<void> {
  return cloud.hardware.disks.remove(imageDisk(input.imageId));
}

/** The image is killed, and nothing half-made stays: its record goes too. */
export async function forgetHalfMade(tx: Transaction, imageId: string): Promise<void> {
  const image = await tx.db.image.findUnique({ where: { id: imageId } });
  if (!image) return;
  await changeStatus(tx, image.id, 'KILLED');
  await tx.db.image.delete({ where: { id: image.id } });
  await releaseQuota(tx, { tenantId: image.ownerId, resource: 'images', amount: 1 });
}
