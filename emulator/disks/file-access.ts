import type { DiskStatus } from '../store/generated/enums.ts';

/** Whether files on a disk can be got at, by its status: whether its bytes are whole, and nobody is about to put others in their place. */
const isAccessible: Readonly<Record<DiskStatus, boolean>> = {
  CREATING: false,
  DOWNLOADING: false,
  AVAILABLE: true,
  IN_USE: true,
  ATTACHING: false,
  DETACHING: false,
  EXTENDING: false,
  // The bytes stay where they are.
  RETYPING: true,
  // A copy is of one moment, and so is a look at a disk that no server runs on: neither is in the other's way.
  UPLOADING: true,
  BACKING_UP: true,
  RESTORING_BACKUP: false,
  ROLLBACKING: false,
  DELETING: false,
  ERROR: false,
  ERROR_DELETING: false,
  // It has grown or it has not: what was on it is there.
  ERROR_EXTENDING: true,
  // Half written.
  ERROR_RESTORING: false,
  ERROR_ROLLBACKING: false,
};

/** Each service has a code of its own for a disk of which it has not. */
export const hasFilesAtHand = (status: DiskStatus): boolean => isAccessible[status];
