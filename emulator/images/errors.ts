/**
 * Error codes of the image service that Cloudyard can answer. Wording is ours; a code may have several names where it has several causes.
 *
 * Source: ims-api 6.2 (codes, all with status 400 but IMG.0026) and 6.4 (which check answers which code: inferred, no page gives it).
 * The codes that are documented and not here are in error-catalogue.ts, each with the part that it belongs to.
 */
import { errorCodes } from '../errors.ts';

export const imageErrors = errorCodes({
  // The request as a whole
  malformedRequest: ['IMG.0001', 400, 'The request is not well formed.'],
  emptyRequest: ['IMG.0007', 400, 'The request has no body.'],
  notPermitted: ['IMG.0026', 403, 'Your role does not allow this.'],
  projectMismatch: ['IMG.0030', 400, 'The project in the request is not the one of the token.'],
  projectIdInvalid: ['IMG.0067', 400, 'A project id is 32 lower-case hexadecimal digits.'],
  systemError: ['IMG.0061', 400, 'The image service failed.'],

  // Fields, in the order in which they are checked
  nameMissing: ['IMG.0013', 400, 'An image needs a name.'],
  nameTooLong: ['IMG.0002', 400, 'An image name has at most 128 characters.'],
  nameInvalid: [
    'IMG.0003',
    400,
    'An image name has letters, digits, spaces, "-", "." and "_" only, and neither begins nor ends with a space.',
  ],
  descriptionTooLong: ['IMG.0004', 400, 'A description has at most 1024 characters.'],
  descriptionInvalid: ['IMG.0054', 400, 'A description has no line breaks, control characters, "<" or ">".'],
  tagInvalid: [
    'IMG.0115',
    400,
    'A tag has a key of 1 to 36 and a value of up to 43 letters, digits, "-" and "_"; each key occurs once.',
  ],
  tooManyTags: ['IMG.0116', 400, 'An image has at most 10 tags.'],
  imageTypeInvalid: ['IMG.0024', 400, 'This image type does not exist or is not allowed here.'],
  osTypeInvalid: ['IMG.0122', 400, 'This OS type does not exist.'],
  osVersionInvalid: ['IMG.0056', 400, 'This OS version is not known.'],
  architectureInvalid: ['IMG.0212', 400, 'This architecture does not exist.'],
  firmwareInvalid: ['IMG.0141', 400, 'This boot mode does not exist.'],
  sizeInvalid: ['IMG.0055', 400, 'The disk or memory size is out of range.'],
  flavorFilterInvalid: ['IMG.0192', 400, 'No flavor has this id.'],

  // Looking up an image and what may be done with it
  imageIdInvalid: ['IMG.0066', 400, 'An image id is a lower-case UUID with dashes.'],
  imageNotFound: ['IMG.0027', 400, 'No image has this id.'],
  ownerOnly: ['IMG.0047', 400, 'Only the owner of the image may do this.'],
  foreignImage: ['IMG.0106', 400, 'The image belongs to another tenant.'],
  imageNotActive: ['IMG.0046', 400, 'The image is not active.'],
  attributeConflict: ['IMG.0035', 400, 'The image does not have this attribute, or it cannot take this value.'],
  publicImageReadOnly: ['IMG.0028', 400, 'Public images are protected and cannot be changed.'],

  // Deleting
  imageProtected: ['IMG.0028', 400, 'The image is protected; take the protection off first.'],
  /** Huawei Cloud has a code of its own for a delete that the protection blocks. */
  imageProtectedFromDeletion: ['IMG.0091', 400, 'The image is protected and cannot be deleted.'],
  imageBeingCreated: ['IMG.0090', 400, 'The image is still being created and cannot be deleted.'],
  deleteByOwnerOnly: ['IMG.0092', 400, 'Only the owner may delete an image.'],
  publicImageNotDeletable: ['IMG.0094', 400, 'A public image cannot be deleted.'],

  // Creating from a server
  serverIdInvalid: ['IMG.0012', 400, 'The id of the server is missing or no UUID.'],
  serverNotFound: ['IMG.0005', 400, 'No server has this id.'],
  serverStateWrong: ['IMG.0008', 400, 'An image can be made of a running or a stopped server only.'],
  serverBusy: ['IMG.0010', 400, 'The server has a running task.'],
  serverWithoutSystemDisk: ['IMG.0119', 400, 'The server has no system disk.'],
  systemDiskUnavailable: ['IMG.0110', 400, 'The system disk of the server is not available.'],
  systemDiskTooBig: ['IMG.0111', 400, 'An image can be made of a system disk of up to 1024 GiB only.'],
  imageQuotaUsedUp: ['IMG.0015', 400, 'The quota of private images is used up.'],
  tooManyTasks: ['IMG.0060', 400, 'Too many image tasks run at once; try again later.'],
  creationFailed: ['IMG.0014', 400, 'The system disk could not be copied into the image.'],
  /** The server is the one that is backed up, not just busy. */
  serverBeingBackedUp: ['IMG.0136', 400, 'The server is being backed up.'],
  jobNotSubmitted: ['IMG.0018', 400, 'The job could not be started.'],
  jobNotFound: ['IMG.0023', 400, 'No job has this id.'],

  // Creating from data disks: 6.4 has the code for an unknown disk, the others are inferred
  dataDiskUnavailable: ['IMG.0120', 400, 'No data disk has this id.'],
  dataDiskTwice: ['IMG.0120', 400, 'The disk is named twice.'],
  diskNotAttached: ['IMG.0022', 400, 'An image can be made of an attached disk only.'],
  diskStateWrong: ['IMG.0022', 400, 'No image can be made of a disk in this state.'],
  diskBusy: ['IMG.0022', 400, 'Another task of the disk is running.'],
  diskDamaged: ['IMG.0022', 400, 'The bytes of the disk are damaged.'],
  dataDiskTooBig: ['IMG.0111', 400, 'An image can be made of a data disk of up to 1024 GiB only.'],
  disksOfSeveralServers: ['IMG.0140', 400, 'The disks belong to different servers.'],
  diskOfOtherType: ['IMG.0024', 400, 'The disk cannot become an image of this type.'],
  noSystemOnDisk: ['IMG.0057', 400, 'The disk holds no operating system that a server could boot.'],

  // Creating full-ECS images, from a server or from a backup of one (which check answers which code: ims-api 1.4, the rest inferred)
  backupMissing: ['IMG.0019', 400, 'The backup has to be named.'],
  backupNotFound: ['IMG.0198', 400, 'No backup of a server has this id.'],
  backupUsed: ['IMG.0029', 400, 'An image has been made of the backup already.'],
  backupUnavailable: ['IMG.0032', 400, 'The backup cannot be used.'],
  backupWithoutSystemDisk: ['IMG.0033', 400, 'The backup does not hold the system disk of its server.'],
  systemDiskLeftOut: ['IMG.0195', 400, 'The vault leaves out the system disk of the server.'],
  serverStateWrongForFullEcs: ['IMG.0126', 400, 'A full-ECS image can be made of a running or a stopped server only.'],
  serverTypeWrong: ['IMG.0063', 400, 'No image can be made of a server of this type.'],
  vaultNotFound: ['IMG.0184', 400, 'No vault has this id.'],
  vaultOfOtherKind: ['IMG.0193', 400, 'The vault is not one for backups of servers.'],
  vaultUnavailable: ['IMG.0188', 400, 'The vault is not available.'],
  vaultFull: ['IMG.0182', 400, 'The vault has too little space.'],
  vaultHasAllServers: ['IMG.0185', 400, 'The vault has as many servers as it can have.'],
  serverInOtherVault: ['IMG.0183', 400, 'The server is bound to another vault.'],
  backupQuotaUsedUp: ['IMG.0015', 400, 'The quota of backups is used up.'],
  backupNotDeleted: ['IMG.0176', 400, 'The backup of the full-ECS image could not be deleted.'],

  // Sharing
  fullEcsNotShareable: ['IMG.0135', 400, 'A full-ECS image of a backup that was shared with you cannot be shared.'],
  publicImageNotShareable: ['IMG.0089', 400, 'A public image cannot be shared; everyone has it.'],
  sharedWithSelf: ['IMG.0076', 400, 'An image cannot be shared with its owner.'],
  tenantUnknown: ['IMG.0108', 400, 'No tenant in this region has this id.'],
  shareQuotaUsedUp: ['IMG.0088', 400, 'The image is shared with as many tenants as it can be.'],
  memberNotAdded: ['IMG.0112', 400, 'The image could not be shared with the tenant.'],
  memberNotRemoved: ['IMG.0113', 400, 'The image is not shared with the tenant.'],
  memberNotFound: ['IMG.0114', 400, 'The image is not shared with this tenant.'],
});
