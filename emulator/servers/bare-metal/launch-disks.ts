import type { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { deviceName } from '../../disks/devices.ts';
import { localDisk, serverDisk } from '../../disks/server-disk.ts';
import { refuse } from '../../errors.ts';
import { imageDisk } from '../../images/image-disk.ts';
import type { Image } from '../../store/generated/client.ts';
import { requireCapability } from '../hardware-failures.ts';
import type { LaunchDisk } from '../launch-disk.ts';
import { bareMetalErrors as errors } from './errors.ts';
import type { BareMetalFlavor } from './flavors.ts';
import { bareMetalLimits, type DataDisks, type RootVolume } from './rules.ts';

export interface WantedDisks {
  readonly image: Image;
  readonly flavor: BareMetalFlavor;
  readonly rootVolume: z.infer<typeof RootVolume> | undefined;
  readonly dataDisks: z.infer<typeof DataDisks>;
}

/**
 * The disks of a server that is to be launched. The one it boots from is an EVS disk for a flavor that boots from a volume, else a part of
 * the machine, without a row of its own. Throws `rootVolumeInvalid`, `dataDiskInvalid`, `tooManyDataDisks`, `noDisksOnFlavor`,
 * `notOnThisHardware`.
 */
export function planLaunchDisks(cloud: Cloud, wanted: WantedDisks): (serverId: string) => LaunchDisk[] {
  const { image, flavor, dataDisks } = wanted;
  refuse(dataDisks.length > 0 && !flavor.machine.takesDisks, errors.noDisksOnFlavor, { field: 'dataDisks' });
  refuse(dataDisks.length > bareMetalLimits.disks.max - 1, errors.tooManyDataDisks, {
    message: `${errors.tooManyDataDisks.message} (${bareMetalLimits.disks.max - 1} at most)`,
    field: 'dataDisks',
  });
  if (dataDisks.some(({ shareable }) => shareable)) requireCapability(cloud, 'sharedDisks');
  const system = systemDisk(wanted);
  return serverId => {
    const rootId = system.isLocal ? null : cloud.ids.uuid();
    const root: LaunchDisk = {
      ...common,
      id: rootId,
      disk: rootId === null ? localDisk(serverId) : serverDisk(rootId),
      source: imageDisk(image.id),
      size: system.size,
      type: system.type,
      device: deviceName(0, 'sd'),
      bootIndex: 0,
      bootable: true,
      deleteOnTermination: true,
      imageId: image.id,
    };
    const others = dataDisks.map(({ fileSystem, ...disk }, index): LaunchDisk => {
      const id = cloud.ids.uuid();
      const device = deviceName(index + 1, 'sd');
      return { ...common, ...disk, id, disk: serverDisk(id), device, fileSystem: fileSystem ?? null };
    });
    return [root, ...others];
  };
}

const common = {
  source: null,
  bootIndex: null,
  bootable: false,
  shareable: false,
  deviceType: 'SCSI',
  fileSystem: null,
  deleteOnTermination: false,
  imageId: null,
  backupId: null,
} as const satisfies Partial<LaunchDisk>;

/** What is booted from, GiB. A local disk is as large as the machine's, a volume as large as asked for, or as the image needs. */
function systemDisk({ image, flavor, rootVolume }: WantedDisks): Pick<LaunchDisk, 'size' | 'type'> & { isLocal: boolean } {
  const { localDisk: localSize } = flavor.machine;
  if (localSize !== null) {
    refuse(rootVolume !== undefined, errors.rootVolumeInvalid, {
      message: `${errors.rootVolumeInvalid.message} (the flavor boots from a disk of its own)`,
      field: 'rootVolume',
    });
    refuse(image.minDisk > localSize, errors.imageUnfit, {
      message: `${errors.imageUnfit.message} (it needs ${image.minDisk} GB, the machine's disk has ${localSize} GB)`,
      field: 'imageId',
    });
    return { isLocal: true, size: localSize, type: 'SAS' };
  }
  refuse(rootVolume === undefined, errors.rootVolumeInvalid, {
    message: `${errors.rootVolumeInvalid.message} (the flavor boots from a volume: it is needed)`,
    field: 'rootVolume',
  });
  const size = rootVolume?.size ?? Math.max(image.minDisk, bareMetalLimits.rootVolume.min);
  refuse(size < image.minDisk, errors.rootVolumeInvalid, {
    message: `${errors.rootVolumeInvalid.message} (${size} of at least ${image.minDisk} GB)`,
    field: 'rootVolume.size',
  });
  return { isLocal: false, size, type: rootVolume?.type ?? 'SAS' };
}
