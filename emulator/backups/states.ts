import { stateMachine } from '../state-machine.ts';
import type { BackupStatus, CheckpointStatus, VaultStatus } from '../store/generated/enums.ts';

/** Life cycles of vaults, checkpoints and backups. Source: compute 6.2. */

/**
 * A backup waits until its disks are copied, is PROTECTING while they are read through, then AVAILABLE. The copies are whole from the moment
 * on at which they are made: an image can stand on a PROTECTING backup. One that can't be made leaves no record.
 */
export const backupStates = stateMachine<BackupStatus>({
  WAITING_PROTECT: ['PROTECTING', 'ERROR'],
  PROTECTING: ['AVAILABLE', 'ERROR'],
  AVAILABLE: ['RESTORING', 'DELETING'],
  RESTORING: ['AVAILABLE'],
  DELETING: ['AVAILABLE', 'ERROR'],
  ERROR: ['DELETING'],
});

/** A checkpoint is AVAILABLE when all that is left of its run is; ERROR where nothing is. It goes with its last backup. */
export const checkpointStates = stateMachine<CheckpointStatus>({
  PROTECTING: ['AVAILABLE', 'ERROR'],
  AVAILABLE: ['DELETING'],
  DELETING: ['ERROR'],
  ERROR: ['DELETING'],
});

/** LOCK and FROZEN are of billing, which there is none of here. */
export const vaultStates = stateMachine<VaultStatus>({
  AVAILABLE: ['DELETING'],
  LOCK: ['AVAILABLE'],
  FROZEN: ['AVAILABLE'],
  DELETING: ['AVAILABLE', 'ERROR'],
  ERROR: ['DELETING'],
});
