/**
 * Error codes of the backup service that Cloudyard can answer. Wording is ours; a code may have several names where it has several causes.
 *
 * Source: compute 6.2 and the CBR API reference ("Error codes"). All have status 400 there but for what is not found. Which code a vault
 * that is full answers no page says: it is the one for a capacity that does not fit (inferred).
 */
import { errorCodes } from '../errors.ts';

export const backupErrors = errorCodes({
  // The request as a whole
  badParameter: ['BackupService.9900', 400, 'A parameter is missing or not valid.'],
  nameInvalid: ['BackupService.9900', 400, 'A name has 1 to 64 letters, digits, "-" and "_".'],
  descriptionInvalid: ['BackupService.9900', 400, 'A description has at most 64 characters, without "<" and ">".'],
  tagInvalid: [
    'BackupService.9900',
    400,
    'A tag has a key of 1 to 36 and a value of up to 43 letters, digits, "-" and "_"; each key occurs once.',
  ],
  tooManyTags: ['BackupService.9900', 400, 'A vault has at most 20 tags.'],

  // Vaults
  vaultNotFound: ['BackupService.6105', 404, 'No vault has this id.'],
  vaultSizeInvalid: ['BackupService.6101', 400, 'A vault has 10 to 10485760 GB.'],
  vaultSizeBelowUsed: ['BackupService.6107', 400, 'The vault holds more than that.'],
  vaultFull: ['BackupService.6107', 400, 'The vault has no room for this.'],
  vaultQuotaUsedUp: ['BackupService.7303', 400, 'The quota of vaults is used up.'],
  vaultGigabytesUsedUp: ['BackupService.7303', 400, 'The quota of GB in vaults is used up.'],
  vaultStatusWrong: ['BackupService.9900', 400, 'The vault cannot do this in its status.'],
  vaultBusy: ['BackupService.9900', 409, 'Something is being done with the vault or one of its backups.'],
  tooManyResources: ['BackupService.6100', 400, 'A vault takes 256 resources.'],
  resourceTypeWrong: ['BackupService.6102', 400, 'The vault does not take resources of this kind.'],
  resourceInOtherVault: ['BackupService.6103', 400, 'The resource is in a vault already.'],
  resourceTwice: ['BackupService.6104', 400, 'A resource is named twice.'],
  resourceNotFound: ['BackupService.6302', 404, 'No resource has this id.'],
  resourceNotInVault: ['BackupService.6302', 404, 'The resource is not in the vault.'],

  // Making backups
  nothingToBackUp: ['BackupService.0001', 400, 'There is nothing to back up.'],
  serverStatusWrong: ['BackupService.7101', 400, 'A server can be backed up while it runs or is off only.'],
  serverBusy: ['BackupService.7101', 409, 'Something is being done with the server.'],
  scsiDisk: ['BackupService.7104', 400, 'Servers with SCSI disks cannot be backed up.'],
  tooManySharedDisks: ['BackupService.9900', 400, 'A server with more than 10 shared disks cannot be backed up.'],
  bareMetalServer: ['BackupService.7109', 400, 'Bare-metal servers cannot be backed up.'],
  diskStatusWrong: ['BackupService.9900', 400, 'A disk of it cannot be backed up in its status.'],
  diskBusy: ['BackupService.9900', 409, 'Something is being done with one of its disks.'],
  backupQuotaUsedUp: ['BackupService.7303', 400, 'The quota of backups is used up.'],
  backupFailed: ['BackupService.0001', 500, 'The disks could not be copied into the backup.'],

  // Backups and checkpoints
  backupNotFound: ['BackupService.6200', 404, 'No backup has this id.'],
  backupUsedByImage: ['BackupService.6204', 400, 'An image stands on the backup; delete the image first.'],
  backupStatusWrong: ['BackupService.9900', 400, 'The backup cannot do this in its status.'],
  backupBusy: ['BackupService.9900', 409, 'Something is being done with the backup.'],
  backupPartOfOther: ['BackupService.9900', 400, 'The backup of a disk of a server goes with the backup of the server.'],
  checkpointNotFound: ['BackupService.6217', 404, 'No checkpoint has this id.'],
  backupNotDeleted: ['BackupService.9900', 500, 'The backup could not be deleted.'],

  // Restoring
  targetTooSmall: ['BackupService.2001', 400, 'The disk is smaller than what was backed up.'],
  targetBusy: ['BackupService.2002', 409, 'Something is being done with the server or disk that is to be restored.'],
  targetOfOtherServer: ['BackupService.2003', 400, 'The disk is not one of the server that is to be restored.'],
  notRestorable: ['BackupService.2005', 400, 'The backup cannot be restored in its status.'],
  bareMetalTarget: ['BackupService.2006', 400, 'A backup of a cloud server cannot be restored to a bare-metal server.'],
  bareMetalSystem: [
    'BackupService.2006',
    400,
    'What a bare-metal server booted from cannot be restored over the system disk of a cloud server.',
  ],
  dataOverSystemDisk: [
    'BackupService.9900',
    400,
    'A data disk of a backup cannot be restored over the disk that a server boots from.',
  ],
  targetStatusWrong: ['BackupService.9900', 400, 'The server or disk cannot be restored in its status.'],
  restoreFailed: ['BackupService.9900', 500, 'The backup could not be restored.'],

  // Sharing
  onlyServerBackupsShared: ['BackupService.6700', 400, 'Only backups of servers can be shared.'],
  sharedBackupHasImage: ['BackupService.6710', 400, 'The tenant has made an image of the shared backup.'],
  memberNotFound: ['BackupService.9900', 404, 'The backup is not shared with this tenant.'],
  memberInvalid: ['BackupService.9900', 400, 'A backup is shared with up to 10 other tenants of its region.'],

  // Policies
  policyNotFound: ['BackupService.9900', 404, 'No policy has this id.'],
  policyQuotaUsedUp: ['BackupService.7303', 400, 'The quota of backup policies is used up.'],
});
