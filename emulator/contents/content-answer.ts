import type { Cloud } from '../cloud.ts';
import { CloudError, commonErrors } from '../errors.ts';
import { type FileTarget, HardwareError } from '../hardware/hardware.ts';
import type { Caller } from '../identity/caller.ts';
import { answerTo, PATH_ANSWERS } from '../servers/hardware-failures.ts';
import { DiskStoreError } from '../store/disks/disk-store.ts';
import type { TenantTurns } from '../tenant-turns.ts';
import { contentErrors as errors } from './errors.ts';

/** What every look into contents may be refused with. */
export const contentRefusals = [
  commonErrors.badRequest,
  errors.contentNotFound,
  errors.contentNotReady,
  errors.contentDamaged,
  errors.contentUnreadable,
];

const ANSWERS = { ...PATH_ANSWERS, busy: errors.contentNotReady, failed: errors.contentUnreadable };

interface Looking {
  readonly cloud: Cloud;
  readonly caller: Caller;
  /** Whose turns it takes; by default those of short looks. */
  readonly turns?: TenantTurns;
}

/**
 * Finds what a caller wants to look into, and asks the hardware for something in it: few at a time, for each answer holds some MiB. Throws what is
 * in `contentRefusals`.
 */
export async function contentAnswer<Targets extends readonly FileTarget[], T>(
  { cloud, caller, turns = cloud.contentAccess }: Looking,
  find: () => Promise<Targets>,
  ask: (targets: Targets) => Promise<T>,
): Promise<T> {
  const targets = await find();
  try {
    return await turns.run(caller.tenantId, () => ask(targets));
  } catch (cause) {
    if (isNotFound(cause) && (await areGone(cloud, targets))) {
      // Whoever has deleted it meanwhile took the record first.
      await find();
      throw new CloudError(errors.contentDamaged, { message: `${errors.contentDamaged.message} (they are gone)`, cause });
    }
    if (cause instanceof DiskStoreError && cause.problem === 'corrupt')
      throw new CloudError(errors.contentDamaged, { message: `${errors.contentDamaged.message} (${cause.message})`, cause });
    throw answerTo(cause, 'path', ANSWERS);
  }
}

function isNotFound(error: unknown): boolean {
  return (error instanceof DiskStoreError || error instanceof HardwareError) && error.problem === 'not-found';
}

async function areGone(cloud: Cloud, targets: readonly FileTarget[]): Promise<boolean> {
  for (const { disk } of targets) if ((await cloud.hardware.disks.stat(disk)) === undefined) return true;
  return false;
}
