import { stateMachine } from '../state-machine.ts';
import type { BackupStatus, CheckpointStatus, VaultStatus } from '../store/generated/enums.ts';

/**
 * Life cycles of vaults, checkpoints and backups. Source: compute 6.2. Every status that the service names stands here; a row that nothing leads to
 * says why.
 */

/**
 * A backup waits until its disks are copied, is PROTECTING while they are read through, then AVAILABLE. The copies are whole from the moment
 * on at which they are made: an image can stand on a PROTECTING backup. One that can't be made is told to be in ERROR, and leaves no record.
 * What is to be restored or deleted waits until its job begins; where that fails the backup is as it was.
 */
export const backupStates = stateMachine<BackupStatus>({
  WAITING_PROTECT: ['PROTECTING', 'ERROR'],
  PROTECTING: ['AVAILABLE', 'ERROR'],
  AVAILABLE: ['WAITING_RESTORE', 'WAITING_DELETE'],
  WAITING_RESTORE: ['RESTORING', 'AVAILABLE'],
  RESTORING: ['AVAILABLE'],
  WAITING_DELETE: ['DELETING', 'AVAILABLE'],
  DELETING: ['AVAILABLE'],
  ERROR: [],
});

/**
 * A checkpoint is AVAILABLE when all that is left of its run is; ERROR where nothing is. It goes with its last backup, at once: none is ever
 * DELETING or DELETED, nor is there anything of it that could not be deleted.
 */
export const checkpointStates = stateMachine<CheckpointStatus>({
  PROTECTING: ['AVAILABLE', 'ERROR'],
  AVAILABLE: [],
  DELETING: [],
  DELETED: [],
  ERROR_DELETING: [],
  ERROR: [],
});

/** LOCK and FROZEN are of billing, which there is none of here; a deletion that fails leaves a vault that is AVAILABLE, never in ERROR. */
export const vaultStates = stateMachine<VaultStatus>({
  AVAILABLE: ['DELETING'],
  LOCK: [],
  FROZEN: [],
  DELETING: ['AVAILABLE'],
  ERROR: [],
});
