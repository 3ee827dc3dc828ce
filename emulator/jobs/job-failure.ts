import { CloudError, commonErrors, type ErrorCode } from '../errors.ts';
import { HardwareError, type HardwareProblem } from '../hardware/hardware.ts';
import { DiskStoreError, type DiskStoreProblem } from '../store/disks/disk-store.ts';

export interface JobFailure {
  readonly code: string;
  readonly message: string;
}

/** What a user is told when the machine below fails; the rest are defects of ours and stay masked. */
const HARDWARE: Readonly<Partial<Record<HardwareProblem, ErrorCode>>> = {
  unavailable: commonErrors.hardwareUnavailable,
  unsupported: commonErrors.notOnThisHardware,
  'no-space': commonErrors.diskFull,
};
const DISKS: Readonly<Partial<Record<DiskStoreProblem, ErrorCode>>> = {
  unavailable: commonErrors.hardwareUnavailable,
  'no-space': commonErrors.diskFull,
  corrupt: commonErrors.damagedDisk,
};

/** The documented code for whatever was thrown from below, or undefined where it is a defect. */
export function cloudErrorOf(error: unknown): CloudError | undefined {
  if (error instanceof CloudError) return error;
  const code =
    error instanceof HardwareError ? HARDWARE[error.problem] : error instanceof DiskStoreError ? DISKS[error.problem] : undefined;
  return (
    code &&
    new CloudError(code, { message: `${code.message} ${error instanceof Error ? error.message : ''}`.trim(), cause: error })
  );
}

export function failureOf(error: unknown): JobFailure {
  const { code, message } = cloudErrorOf(error) ?? commonErrors.internal;
  return { code, message };
}
