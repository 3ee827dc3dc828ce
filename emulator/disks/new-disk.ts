/** Checks of what is ordered against what it is made of: the rules that one field alone does not tell. Source: compute 4.2, 9.1. */
import type { Cloud } from '../cloud.ts';
import { CloudError, ensure, refuse } from '../errors.ts';
import { regionOf } from '../regions.ts';
import { requireCapability } from '../servers/hardware-failures.ts';
import type { Disk, DiskType, Server } from '../store/generated/client.ts';
import type { DiskSource, SourceIds } from './disk-source.ts';
import { diskErrors as errors } from './errors.ts';
import { diskLimits } from './rules.ts';

interface Wanted extends SourceIds {
  readonly size?: number | null | undefined;
  readonly type?: DiskType | null | undefined;
  readonly shareable?: boolean | null | undefined;
  readonly deviceType?: Disk['deviceType'] | null | undefined;
  readonly fileSystem?: Disk['fileSystem'] | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a type-less order gets. */
const USUAL_TYPE: DiskType = 'SSD';

/** Size in GiB and attributes of a disk that may be made. Throws the code of the first rule that it breaks. */
export function planDisk(
  cloud: Cloud,
  wanted: Wanted,
  source: DiskSource,
): Pick<Disk, 'size' | 'type' | 'shareable' | 'deviceType'> {
  const shareable = wanted.shareable ?? source.shareable;
  const deviceType = wanted.deviceType ?? source.deviceType;
  requireFitAttributes(cloud, { ...wanted, shareable, deviceType }, source);
  refuse(source.type !== undefined && wanted.type != null && wanted.type !== source.type, errors.typeOfSnapshot, {
    field: 'type',
  });
  return { size: sizeOf(wanted, source), type: wanted.type ?? source.type ?? USUAL_TYPE, shareable, deviceType };
}

/** A disk that boots has the limits of a system disk. One that is made of something may be as small as that. */
function sizeOf({ size, backupId }: Wanted, source: DiskSource): number {
  const { max } = source.bootable ? diskLimits.systemSize : diskLimits.dataSize;
  const min = source.disk === null ? diskLimits.dataSize.min : Math.max(1, source.size);
  refuse(size == null && source.disk === null, errors.sizeInvalid, {
    message: `An empty disk needs a size (from ${min} to ${max} GiB).`,
    field: 'size',
  });
  const wanted = size ?? source.size;
  if (wanted >= min && wanted <= max) return wanted;
  const error = backupId !== null && wanted < min ? errors.smallerThanBackup : errors.sizeInvalid;
  throw new CloudError(error, { message: `${error.message} (${wanted}; from ${min} to ${max} GiB)`, field: 'size' });
}

/** Metadata of the system: encryption, and a device type that has a field of its own. */
const SYSTEM_KEYS = /^(__system__|hw:passthrough$)/;

function requireFitAttributes(cloud: Cloud, wanted: Wanted & Pick<Disk, 'shareable' | 'deviceType'>, source: DiskSource): void {
  const { imageId, snapshotId, shareable, deviceType, fileSystem, metadata } = wanted;
  const systemKey = Object.keys(metadata).find(key => SYSTEM_KEYS.test(key));
  const isCopy = imageId !== null || snapshotId !== null;
  refuse(isCopy && (systemKey !== undefined || deviceType === 'SCSI'), errors.metadataUnfitForSource, {
    field: systemKey === undefined ? 'deviceType' : 'metadata',
  });
  refuse(systemKey !== undefined, errors.badParameter, {
    message: `${errors.badParameter.message} (${systemKey}: there is no key service; SCSI is a device type)`,
    field: 'metadata',
  });
  refuse(fileSystem != null && source.disk !== null, errors.badParameter, {
    message: `${errors.badParameter.message} (only an empty disk is formatted)`,
    field: 'fileSystem',
  });
  refuse(shareable && imageId !== null && source.bootable, errors.sharedFromSystemImage, { field: 'shareable' });
  if (shareable) requireCapability(cloud, 'sharedDisks');
}

interface Place {
  readonly regionId: string;
  readonly zone: string | null | undefined;
  readonly source: DiskSource;
  /** The server that it will be attached to. */
  readonly server: Pick<Server, 'availabilityZone'> | undefined;
}

/** The zone that a disk is made in: the one asked for, else that of its source or server, else the first of the region. */
export function zoneOfDisk(cloud: Cloud, { regionId, zone: wanted, source, server }: Place): string {
  const { zones } = regionOf(cloud.config.regions, regionId);
  const zone = wanted ?? source.zone ?? server?.availabilityZone ?? zones[0];
  const field = 'availabilityZone';
  ensure(zone !== undefined && zones.includes(zone), errors.zoneInvalid, { field });
  refuse(source.zone !== undefined && source.zone !== zone, source.zoneError, { field });
  return zone;
}
