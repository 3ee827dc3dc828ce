import { CloudError } from '../../emulator/errors.ts';
import { expectedError } from './error-kinds.ts';
import { NotFoundError } from './error-types.ts';

/** Null for what is not there, or not for the caller: the two cannot be told apart. Other failures stay what they are. */
export async function orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CloudError && expectedError(error) instanceof NotFoundError) return null;
    throw error;
  }
}
