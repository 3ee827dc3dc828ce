import { expect, vi } from 'vitest';
import { HardwareError } from '../emulator/hardware/hardware.ts';
import type { EmulatorCloud } from './emulator-cloud.ts';

/** What the hardware says that cannot do something, and not why. */
export const broken = (): Promise<never> => Promise.reject(new HardwareError('failed', 'no such luck'));

type Order = () => Promise<{ readonly jobId: string }>;

/** How a job ends: with its code, or SUCCESS. */
export async function endOf({ over }: EmulatorCloud, order: Order): Promise<string> {
  const { status, errorCode } = await over((await order()).jobId);
  return errorCode ?? status;
}

/** What the hardware is made to fail at. */
type Work =
  | 'snapshot'
  | 'growDisk'
  | 'attachDisk'
  | 'detachDisk'
  | 'createServer'
  | 'startServer'
  | 'stopServer'
  | 'destroyServer'
  | 'reconfigureServer'
  | 'attachNic'
  | 'detachNic';

/** How a job ends where the hardware fails at some work, the first time. */
export async function endWithout(emulator: EmulatorCloud, work: Work, order: Order): Promise<string> {
  const spy = vi.spyOn(emulator.cloud.hardware, work).mockImplementationOnce(broken);
  try {
    const end = await endOf(emulator, order);
    expect(spy).toHaveBeenCalled();
    return end;
  } finally {
    spy.mockRestore();
  }
}
