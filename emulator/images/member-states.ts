import { type StateOf, stateMachine } from '../state-machine.ts';

/**
 * What a recipient says of an image that is shared with it, as often as it likes. Source: ims-api 3.2.
 *
 * The owner takes the share away from any state by removing the member; a new share is pending again.
 */
export const memberStates = stateMachine({
  pending: ['accepted', 'rejected'],
  accepted: ['rejected'],
  rejected: ['accepted'],
});

export type MemberState = StateOf<typeof memberStates>;

/** What a recipient can answer. */
export const memberAnswers = ['accepted', 'rejected'] as const satisfies readonly MemberState[];
