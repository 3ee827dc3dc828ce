import { stateMachine } from '../state-machine.ts';
import type { SnapshotStatus } from '../store/generated/enums.ts';

/**
 * Life cycle of a snapshot. Source: compute 4.5. `backing-up` is left out: a backup copies the disk itself here, as of one moment. One that can't be
 * made is told to be in ERROR, and leaves no record.
 */
export const snapshotStates = stateMachine<SnapshotStatus>({
  CREATING: ['AVAILABLE', 'ERROR'],
  AVAILABLE: ['ROLLBACKING', 'DELETING'],
  ROLLBACKING: ['AVAILABLE'],
  // Back where it was, if nothing of it is gone yet.
  DELETING: ['AVAILABLE'],
  ERROR: [],
  // Nothing leads there: first nobody can find the snapshot any more, then its bytes go.
  ERROR_DELETING: [],
});
