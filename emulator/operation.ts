import type { z } from 'zod';
import type { Cloud } from './cloud.ts';
import { commonErrors, type ErrorCode } from './errors.ts';
import type { Caller } from './identity/caller.ts';
import type { Transaction } from './transactions.ts';

/**
 * An operation: one thing that a caller can ask for, whatever front end it comes through. It answers at once; what takes time is a job
 * that it orders. The engine (operation-engine.ts) checks permission and input, lets fault rules strike and writes the audit event.
 */
export interface Operation<Schema extends z.ZodType = z.ZodType, Answer = unknown> {
  /** `images.share`: the noun in the plural, the verb. */
  readonly name: string;
  /** `ims:images:share`; `public` for what needs no token. */
  readonly permission: string;
  readonly access: 'read' | 'write';
  readonly input: Schema;
  /** Answered for an input of the wrong shape that no rule of its own speaks about. */
  readonly invalid: ErrorCode;
  /** What else it can fail with, for the documentation and the schema. */
  readonly errors: readonly ErrorCode[];
  /** Its answer holds a secret that is kept nowhere: the same call again, with an idempotency key, is refused instead of answered. */
  readonly answersOnce?: true;
  run(context: OperationContext<z.output<Schema>>): Promise<Answer>;
}

export interface OperationContext<Input> {
  readonly cloud: Cloud;
  readonly caller: Caller;
  readonly input: Input;
  /**
   * The one transaction of a writing operation. What its work returns is the operation's answer and is kept for the idempotency key,
   * so it is made of ids and other JSON.
   */
  commit<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

type Definition<Schema extends z.ZodType, Answer> = Omit<Operation<Schema, Answer>, 'invalid' | 'errors'> &
  Partial<Pick<Operation, 'invalid' | 'errors'>>;

export function defineOperation<Schema extends z.ZodType, Answer>(
  definition: Definition<Schema, Answer>,
): Operation<Schema, Answer> {
  return { invalid: commonErrors.badRequest, errors: [], ...definition };
}
