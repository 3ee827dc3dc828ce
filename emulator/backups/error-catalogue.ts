/**
 * The error codes of the backup service: those that can be answered are in errors.ts; here are the others that its reference names, by the
 * reason why not. Source: compute 6.2 and the CBR API reference ("Error codes").
 */
import { type AbsentErrors, errorCatalogue } from '../error-catalogue.ts';
import { backupErrors } from './errors.ts';

const absent: readonly AbsentErrors[] = [
  {
    reason: 'Backups are not copied to other regions here.',
    codes: [
      ['BackupService.1002', 'Backups of this type cannot be copied to another region.'],
      ['BackupService.1003', 'Only backups of servers can be copied to another region.'],
      ['BackupService.1005', 'The other region takes no copies.'],
      ['BackupService.1009', 'The backup has been copied there, or is being.'],
      ['BackupService.1011', 'The other project takes no copies.'],
      ['BackupService.1012', 'There are as many copies of the backup as there can be.'],
      ['BackupService.6003', 'The region of a policy for copies cannot be changed while it is bound.'],
    ],
  },
  {
    reason: 'What is gone is in no vault any more, and only what is in the vault is backed up.',
    codes: [['BackupService.7100', 'No server has this id (BackupService.6302 here).']],
  },
  {
    reason: 'Names of vaults may repeat.',
    codes: [['BackupService.6106', 'The vault exists already.']],
  },
  {
    reason: 'The image service answers its own code for this.',
    codes: [['BackupService.6207', 'No image can be made of the backup.']],
  },
];

export const backupErrorCatalogue = errorCatalogue(backupErrors, absent);
