import { stateMachine } from '../state-machine.ts';
import type { MemberStatus } from '../store/generated/enums.ts';

/**
 * What a recipient says of an image that is shared with it, as often as it likes. Source: ims-api 3.2.
 *
 * The owner takes the share away from any state by removing the member; a new share is pending again.
 */
export const memberStates = stateMachine<MemberStatus>({
  PENDING: ['ACCEPTED', 'REJECTED'],
  ACCEPTED: ['REJECTED'],
  REJECTED: ['ACCEPTED'],
});

/** What a recipient can answer. */
export const memberAnswers = ['ACCEPTED', 'REJECTED'] as const satisfies readonly MemberStatus[];
