import type { Cloud } from './cloud.ts';
import { commonErrors, refuse } from './errors.ts';

/** Refuses an action while the hardware does not answer. While it is being prepared actions are taken: their jobs wait for it. */
export function requireHardware(cloud: Cloud): void {
  const { state, reason } = cloud.hardware.status();
  refuse(state === 'unavailable', commonErrors.hardwareUnavailable, {
    message: `${commonErrors.hardwareUnavailable.message}${reason ? ` (${reason})` : ''}`,
  });
}
