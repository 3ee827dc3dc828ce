import { HardwareError } from '../../hardware.ts';

/** For whatever on a disk contradicts itself. */
export function damaged(what: string): HardwareError {
  return new HardwareError('failed', `the file system on the disk is damaged: ${what}`);
}
