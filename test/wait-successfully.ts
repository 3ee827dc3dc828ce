import type { EmulatorCloud } from './emulator-cloud.ts';

/** Resolves when a job has succeeded; rejects with what went wrong. */
export async function waitSuccessfully(emulator: EmulatorCloud, jobId: string): Promise<void> {
  const { type, status, errorCode, failReason } = await emulator.over(jobId);
  if (status !== 'SUCCESS') throw new Error(`${type} ended with ${errorCode}: ${failReason}`);
}
