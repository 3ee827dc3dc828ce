import { type StateOf, stateMachine } from '../state-machine.ts';

/**
 * Image life cycle. Source: ims-api 3.1.
 *
 * A delete is refused while the image is being created (IMG.0090); a queued image without a job of its own may go.
 */
export const imageStates = stateMachine({
  queued: ['saving', 'killed', 'deleted'],
  saving: ['active', 'killed'],
  active: ['deleted'],
  killed: ['deleted'],
  deleted: [],
});

export type ImageState = StateOf<typeof imageStates>;
