import { refuse } from '../../errors.ts';
import type { Disk } from '../../store/generated/client.ts';
import { findBareMetalFlavor } from '../flavors.ts';
import { bareMetalErrors as errors } from './errors.ts';

/**
 * Whether a disk can be a data disk of a machine of this flavor: SCSI disks only, none that a server can boot from, and not all machines take
 * any. Throws `noDisksOnFlavor`, `scsiOnly`, `systemDiskNotAttachable`. Source: compute 3.1 (`attachvolume`), 3.2.
 */
export function requireMachineDisk({ deviceType, bootable }: Pick<Disk, 'deviceType' | 'bootable'>, flavorId: string): void {
  refuse(!findBareMetalFlavor(flavorId)?.machine.takesDisks, errors.noDisksOnFlavor, { field: 'serverId' });
  refuse(deviceType !== 'SCSI', errors.scsiOnly, { field: 'diskId' });
  refuse(bootable, errors.systemDiskNotAttachable, { field: 'diskId' });
}
