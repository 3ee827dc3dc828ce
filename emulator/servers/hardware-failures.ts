import type { Cloud } from '../cloud.ts';
import { contentErrors } from '../contents/errors.ts';
import { CloudError, commonErrors, type ErrorCode, refuse } from '../errors.ts';
import { type CapabilityName, HardwareError, type HardwareProblem } from '../hardware/hardware.ts';
import { cloudErrorOf } from '../jobs/job-failure.ts';
import { DiskStoreError } from '../store/disks/disk-store.ts';
import { serverErrors } from './errors.ts';

/**
 * Does a step's work on the hardware. What goes wrong there ends the job with the service's code for that step, unless there is a general one
 * (no space, hardware gone); what is a defect of ours stays one.
 */
export async function orFail<T>(error: ErrorCode, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const isExpected = cause instanceof HardwareError || cause instanceof DiskStoreError;
    if (!isExpected) throw cause;
    throw cloudErrorOf(cause) ?? new CloudError(error, { message: `${error.message} (${cause.message})`, cause });
  }
}

/** What the caller of a file operation or a command is told; the rest stays masked. */
type Answers = Readonly<Partial<Record<HardwareProblem, ErrorCode>>>;

/** What is wrong with a path. */
export const PATH_ANSWERS: Answers = {
  'not-found': commonErrors.badRequest,
  'bad-path': commonErrors.badRequest,
  'too-large': commonErrors.badRequest,
};
const SERVER_ANSWERS: Answers = { ...PATH_ANSWERS, busy: serverErrors.serverBusy };
/** Of a disk that the files are asked for of: it may hold no file system. */
export const FILE_ANSWERS: Answers = { ...SERVER_ANSWERS, failed: contentErrors.contentUnreadable };

/** Asks the hardware for something inside of a server, for an operation. */
export async function orAnswer<T>(field: string, work: () => Promise<T>, answers: Answers = SERVER_ANSWERS): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw answerTo(cause, field, answers);
  }
}

/** What a caller is told of what the hardware said; what is not expected stays as it is. */
export function answerTo(cause: unknown, field: string, answers: Answers): unknown {
  const answer = cause instanceof HardwareError ? answers[cause.problem] : undefined;
  if (answer && cause instanceof Error)
    return new CloudError(answer, { message: `${answer.message} ${cause.message}`, field, cause });
  return cloudErrorOf(cause) ?? cause;
}

/** Throws `notOnThisHardware` with the reason for which this hardware lacks a capability; `hardwareUnavailable` while nobody knows yet. */
export function requireCapability(cloud: Cloud, name: CapabilityName): void {
  const capability = cloud.hardware.capabilities().find(one => one.name === name);
  refuse(!capability && cloud.hardware.status().state !== 'ready', commonErrors.hardwareUnavailable);
  const reason = capability?.reason ?? `there is no ${name}`;
  refuse(!capability?.available, commonErrors.notOnThisHardware, {
    message: `${commonErrors.notOnThisHardware.message} (${reason})`,
  });
}

/** Undefined as long as the hardware is not ready and nobody knows. */
export function hasCapability(cloud: Cloud, name: CapabilityName): boolean | undefined {
  return cloud.hardware.capabilities().find(capability => capability.name === name)?.available;
}
