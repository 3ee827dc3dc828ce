import { stateMachine } from '../state-machine.ts';
import type { SnapshotStatus } from '../store/generated/enums.ts';

/**
 * Life cycle of a snapshot. Source: compute 4.5. `backing-up` is left out: a backup copies the disk itself here, as of one moment.
 */
export const snapshotStates = stateMachine<SnapshotStatus>({
  CREATING: ['AVAILABLE', 'ERROR'],
  AVAILABLE: ['ROLLBACKING', 'DELETING'],
  ROLLBACKING: ['AVAILABLE', 'ERROR'],
  // Back where it was, if nothing of it is gone yet.
  DELETING: ['AVAILABLE', 'ERROR', 'ERROR_DELETING'],
  ERROR: ['DELETING'],
  ERROR_DELETING: ['DELETING'],
});
