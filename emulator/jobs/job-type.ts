import type { z } from 'zod';
import type { Cloud } from '../cloud.ts';
import type { ErrorCode } from '../errors.ts';
import type { Transaction } from '../transactions.ts';
import type { JobRecord } from './job.ts';

/** Work of one kind shares a limit on how much of it runs at once: see queues.ts. */
export type QueueName = 'light' | 'launch' | 'copy' | 'bulk';

/**
 * A kind of job: a table of steps that run one after the other and survive a crash.
 *
 * A step has an effect outside the database (`run`: it may be run again after a crash, so it names what it makes after the ids in the
 * input) and a change of the database (`commit`, recorded together with the step). If a step fails, it and those before it are reverted in
 * reverse order, then `failed` has the last word in the database.
 */
export interface JobType<Input = unknown, State extends object = object> {
  /** As the service spells it: `imsCreateImageByInstance`. */
  readonly name: string;
  readonly queue: QueueName;
  readonly input: z.ZodType<Input>;
  /** What the steps tell each other; kept with the job. */
  readonly state: z.ZodType<State>;
  readonly steps: readonly Step<Input, State>[];
  readonly errors: readonly ErrorCode[];
  /** Where the hardware goes away it is taken up again, as often as need be, instead of failing. */
  readonly waitsForHardware?: true;
  /** Resources that the job is about, for fault rules. */
  resources(input: Input): readonly string[];
  /** In the transaction that ends the job without success. */
  failed?(tx: Transaction, context: StepContext<Input, State>, error: { code: string; message: string }): Promise<void>;
}

export interface Step<Input, State> {
  readonly name: string;
  /** Share of the job's progress. */
  readonly weight: number;
  /** What the real cloud takes for it, for the paced clock; our own estimate. */
  readonly seconds: number;
  /** From this step on there is nothing that could be taken back: the job cannot be cancelled any more. */
  readonly final?: true;
  run?(context: StepContext<Input, State>): Promise<Partial<State> | undefined>;
  commit?(tx: Transaction, context: StepContext<Input, State>): Promise<void>;
  /** Takes back what run may have done, wholly or in part. Must not mind if there is nothing to take back. */
  revert?(context: StepContext<Input, State>): Promise<void>;
}

export interface StepContext<Input, State> {
  readonly cloud: Cloud;
  readonly job: JobRecord;
  readonly input: Input;
  readonly state: State;
  /**
   * Whether a process had the job before, however that ended. What steps did there may not be recorded, for quick ones are recorded together: all
   * that they make may be there already, and in use.
   */
  readonly isResumed: boolean;
  /** Tells how far the step is, in any unit. */
  report(done: number, total: number): void;
  /** Aborts when the job is cancelled or the cloud shuts down. */
  readonly signal: AbortSignal;
}

/** Any job type, where only its table matters. */
export type AnyJobType = JobType<unknown, object>;

/** Whether a job that stands at a step has come past the point where it can be cancelled. */
export function isFinal({ steps }: AnyJobType, step: number): boolean {
  return steps.slice(0, step + 1).some(({ final }) => final);
}

export function defineJob<Input, State extends object>(type: JobType<Input, State>): JobType<Input, State> {
  return type;
}
