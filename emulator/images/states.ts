import { stateMachine } from '../state-machine.ts';
import type { ImageStatus } from '../store/generated/enums.ts';

/**
 * Image life cycle. Source: ims-api 3.1.
 *
 * A delete is refused while the image is being created (IMG.0090); a queued image without a job of its own may go.
 */
export const imageStates = stateMachine<ImageStatus>({
  QUEUED: ['SAVING', 'KILLED', 'DELETED'],
  SAVING: ['ACTIVE', 'KILLED'],
  ACTIVE: ['DELETED'],
  KILLED: ['DELETED'],
  DELETED: [],
});
