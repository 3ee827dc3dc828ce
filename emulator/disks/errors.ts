/**
 * Error codes of the disk service that Cloudyard can answer. Wording is ours; a code may have several names where it has several causes.
 *
 * Source: compute 4.8, and the EVS API reference ("Error codes"). Attaching and detaching are calls of the compute service: their codes
 * are in servers/errors.ts. The codes that are documented and not here are in error-catalogue.ts.
 */
import { errorCodes } from '../errors.ts';

export const diskErrors = errorCodes({
  // The request as a whole
  badParameter: ['EVS.5400', 400, 'A parameter is not valid.'],
  diskQuotaUsedUp: ['EVS.1034', 400, 'The quota of disks is used up.'],
  gigabytesUsedUp: ['EVS.1042', 400, 'The quota of GiB on disks and in snapshots is used up.'],
  snapshotQuotaUsedUp: ['EVS.5413', 413, 'The quota of snapshots is used up.'],
  snapshotGigabytesUsedUp: ['EVS.5413', 413, 'The quota of GiB has no room for a snapshot of this disk.'],

  // Fields of a disk, in the order in which they are checked
  nameInvalid: [
    'EVS.1003',
    400,
    'A disk name has 1 to 64 characters, and 59 where several disks are made at once; no control characters.',
  ],
  descriptionInvalid: ['EVS.1004', 400, 'A description has at most 255 characters, and no control characters, "<" or ">".'],
  nothingToUpdate: ['EVS.1007', 400, 'Name and description cannot both be left out.'],
  countInvalid: ['EVS.1021', 400, 'The number of disks is out of range.'],
  severalSources: ['EVS.1016', 400, 'A disk is made of one of an image, a snapshot and a backup.'],
  typeInvalid: ['EVS.1020', 400, 'This disk type does not exist.'],
  zoneInvalid: ['EVS.1036', 400, 'The region has no such availability zone.'],
  sizeInvalid: ['EVS.1010', 400, 'The size of the disk is out of range, or smaller than what it is made of.'],
  smallerThanBackup: ['EVS.1022', 400, 'The disk is smaller than the backup that it is made of.'],
  metadataTooLarge: ['EVS.1005', 400, 'The metadata of the disk is too large.'],
  metadataUnfitForSource: [
    'EVS.1043',
    400,
    'A disk that is made of an image or a snapshot takes neither encryption nor the SCSI device type.',
  ],
  tooManyTags: ['EVS.1061', 400, 'A disk has at most 10 tags.'],
  tagInvalid: [
    'EVS.1062',
    400,
    'A tag has a key of 1 to 36 and a value of up to 43 letters, digits, "-" and "_"; each key occurs once.',
  ],

  // What a disk is made of
  imageInvalid: ['EVS.2046', 400, 'No disk can be made of this image.'],
  sharedFromSystemImage: ['EVS.2094', 400, 'A disk that is made of a system image cannot be shared.'],
  snapshotInvalid: ['EVS.2045', 400, 'No snapshot to make a disk of has this id.'],
  snapshotUnavailable: ['EVS.2043', 400, 'The snapshot is not available.'],
  zoneOfSnapshot: ['EVS.2054', 400, 'A disk is in the zone of the snapshot that it is made of.'],
  typeOfSnapshot: ['EVS.2096', 400, 'A disk has the type of the snapshot that it is made of.'],
  backupInvalid: ['EVS.1006', 400, 'No backup of a disk has this id.'],
  backupUnavailable: ['EVS.1044', 400, 'The backup is not available.'],
  zoneOfBackup: ['EVS.1049', 400, 'A disk is in the zone of the backup that it is made of.'],
  severalFromBackup: ['EVS.1051', 400, 'Only one disk at a time is made of a backup.'],

  // What may be done with a disk
  diskNotFound: ['EVS.5404', 404, 'No disk has this id.'],
  snapshotNotFound: ['EVS.5404', 404, 'No snapshot has this id.'],
  diskBusy: ['EVS.2068', 400, 'Another task of the disk is running.'],
  statusWrong: ['EVS.5400', 400, 'The status of the disk does not allow this.'],
  systemDiskBootable: ['EVS.5400', 400, 'A server boots from the disk.'],
  statusForDelete: ['EVS.1046', 400, 'The disk cannot be deleted in this status.'],
  diskHasSnapshots: ['EVS.1046', 400, 'The disk has snapshots.'],
  diskUnderBackup: ['EVS.2130', 400, 'A backup of the disk is being made.'],
  tooManyDisks: ['EVS.1053', 400, 'Too many disks in one request.'],
  notLarger: ['EVS.1015', 400, 'The new size has to be larger than the old one.'],
  statusForExtend: ['EVS.1064', 400, 'The disk cannot be extended in this status.'],
  sharedNotAvailable: ['EVS.1065', 400, 'A shared disk is extended while no server has it.'],
  serverForExtend: ['EVS.1066', 400, 'The server that has the disk does not allow it to be extended now.'],
  retypeNotHigher: ['EVS.2087', 400, 'A disk is given a higher type than it has.'],
  snapshotStatusForDelete: ['EVS.1047', 400, 'The snapshot cannot be deleted in this status.'],
  notTheSource: ['EVS.5400', 400, 'A snapshot goes back to the disk that it was made of, and to no other.'],

  // How a job ends that cannot do its work
  diskNotCreated: ['EVS.2024', 500, 'The disk could not be created.'],
  diskNotExtended: ['EVS.2026', 500, 'The disk could not be extended.'],
  diskNotAttached: ['EVS.2134', 400, 'The disk was made, and could not be attached.'],
  snapshotNotCreated: ['EVS.2002', 500, 'The snapshot could not be created.'],
  snapshotNotRolledBack: ['EVS.2002', 500, 'The disk could not be taken back to its snapshot.'],
});
