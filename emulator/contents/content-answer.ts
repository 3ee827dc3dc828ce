import type { Cloud } from '../cloud.ts';
import { CloudError, commonErrors } from '../errors.ts';
import { HardwareError } from '../hardware/hardware.ts';
import { cloudErrorOf } from '../jobs/job-failure.ts';
import { contentErrors as errors } from './errors.ts';

/** What every look into contents may be refused with. */
export const contentRefusals = [
  commonErrors.badRequest,
  errors.contentNotFound,
  errors.contentNotReady,
  errors.contentDamaged,
  errors.contentUnreadable,
];

const ANSWERS = {
  'not-found': commonErrors.badRequest,
  'bad-path': commonErrors.badRequest,
  'too-large': commonErrors.badRequest,
  busy: errors.contentNotReady,
  failed: errors.contentUnreadable,
} as const;

/** Asks the hardware for what is in a disk: few at a time, for each answer holds some MiB. */
export async function contentAnswer<T>(cloud: Cloud, work: () => Promise<T>): Promise<T> {
  try {
    return await cloud.contentAccess.run(work);
  } catch (cause) {
    if (cause instanceof HardwareError && isAnswered(cause.problem)) {
      const answer = ANSWERS[cause.problem];
      throw new CloudError(answer, { message: `${answer.message} ${cause.message}`, field: 'path', cause });
    }
    throw cloudErrorOf(cause) ?? cause;
  }
}

function isAnswered(problem: string): problem is keyof typeof ANSWERS {
  return Object.hasOwn(ANSWERS, problem);
}
