import { deviceName } from '../../disks/devices.ts';
import { refuse } from '../../errors.ts';
import type { Disk } from '../../store/generated/client.ts';
import { findBareMetalFlavor } from '../flavors.ts';
import { bareMetalErrors as errors } from './errors.ts';

/** Why a machine does not take a disk, for whatever operation attaches one. */
export const machineRefusals = [
  errors.noDisksOnFlavor,
  errors.scsiOnly,
  errors.systemDiskNotAttachable,
  errors.deviceOfSystemDisk,
  errors.deviceInvalid,
  errors.tooManyDisks,
];

/**
 * Whether a disk can be a data disk of a machine of this flavor, at a device or at any: SCSI disks only, none that a server can boot from, and
 * not all machines take any. Throws `noDisksOnFlavor`, `scsiOnly`, `systemDiskNotAttachable`, `deviceOfSystemDisk`.
 * Source: compute 3.1 (`attachvolume`), 3.2.
 */
export function requireMachineDisk(
  { deviceType, bootable }: Pick<Disk, 'deviceType' | 'bootable'>,
  flavorId: string,
  device: string | null | undefined,
): void {
  refuse(!findBareMetalFlavor(flavorId)?.machine.takesDisks, errors.noDisksOnFlavor, { field: 'serverId' });
  refuse(deviceType !== 'SCSI', errors.scsiOnly, { field: 'diskId' });
  refuse(bootable, errors.systemDiskNotAttachable, { field: 'diskId' });
  refuse(device === deviceName(0, 'sd'), errors.deviceOfSystemDisk, { field: 'device' });
}
