import { type MockInstance, vi } from 'vitest';
import type { Hardware } from '../emulator/hardware/hardware.ts';
import type { EmulatorCloud } from './emulator-cloud.ts';

/** Lets a cloud bind elastic IPs as if its hardware could. What is returned decides how the next binding ends. */
export function makeBindable({ cloud: { hardware } }: Pick<EmulatorCloud, 'cloud'>): MockInstance<Hardware['bindAddress']> {
  const capabilities = hardware
    .capabilities()
    .map(capability => (capability.name === 'publicAddresses' ? { ...capability, available: true } : capability));
  vi.spyOn(hardware, 'capabilities').mockReturnValue(capabilities);
  return vi.spyOn(hardware, 'bindAddress').mockResolvedValue();
}
