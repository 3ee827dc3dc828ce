import { stateMachine } from '../state-machine.ts';
import type { DiskStatus } from '../store/generated/enums.ts';

/**
 * Life cycle of a disk. Source: compute 4.7. A disk in use goes back to IN_USE from whatever was done with it, any other to AVAILABLE. One that
 * can't be made is told to be in ERROR, and leaves no record.
 *
 * RETYPING is Cinder's (upstream); `awaiting-transfer` is left out, for nobody can transfer a disk here.
 */
export const diskStates = stateMachine<DiskStatus>({
  CREATING: ['AVAILABLE', 'IN_USE', 'DOWNLOADING', 'ERROR'],
  DOWNLOADING: ['AVAILABLE', 'IN_USE', 'ERROR'],
  AVAILABLE: [
    'ATTACHING',
    'IN_USE',
    'EXTENDING',
    'RETYPING',
    'UPLOADING',
    'BACKING_UP',
    'RESTORING_BACKUP',
    'ROLLBACKING',
    'DELETING',
  ],
  ATTACHING: ['IN_USE', 'AVAILABLE'],
  IN_USE: [
    'AVAILABLE',
    'ATTACHING',
    'DETACHING',
    'EXTENDING',
    'RETYPING',
    'UPLOADING',
    'BACKING_UP',
    'RESTORING_BACKUP',
    'DELETING',
  ],
  // Outside a server it is as broken as it was inside.
  DETACHING: ['AVAILABLE', 'IN_USE', 'ERROR_EXTENDING', 'ERROR_RESTORING'],
  EXTENDING: ['AVAILABLE', 'IN_USE', 'ERROR_EXTENDING'],
  RETYPING: ['AVAILABLE', 'IN_USE'],
  UPLOADING: ['AVAILABLE', 'IN_USE'],
  BACKING_UP: ['AVAILABLE', 'IN_USE'],
  RESTORING_BACKUP: ['AVAILABLE', 'IN_USE', 'ERROR_RESTORING'],
  ROLLBACKING: ['AVAILABLE', 'ERROR_ROLLBACKING'],
  // Back where it was, if nothing of it is gone yet.
  DELETING: ['AVAILABLE', 'ERROR_EXTENDING', 'ERROR_RESTORING', 'ERROR_ROLLBACKING'],
  ERROR: [],
  // Nothing leads there: first nobody can find the disk any more, then its bytes go.
  ERROR_DELETING: [],
  // The real service leaves it to its support; here it can be extended further (inferred).
  ERROR_EXTENDING: ['DELETING', 'EXTENDING', 'DETACHING'],
  // A disk is deleted while no server has it, so it has to come out of its server (inferred).
  ERROR_RESTORING: ['DELETING', 'RESTORING_BACKUP', 'DETACHING'],
  ERROR_ROLLBACKING: ['DELETING', 'ROLLBACKING'],
});
