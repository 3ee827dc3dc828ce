/**
 * The kinds of expected failure that a caller can tell apart. Which code is of which kind says error-kinds.ts; this file only knows their
 * shape, since the builder needs the classes.
 */
import type { CloudError } from '../../emulator/errors.ts';

/** An expected failure on its way into a mutation's result. */
export abstract class ExpectedError extends Error {
  readonly code: string;
  readonly field: string | null;

  constructor({ message, code, field }: Pick<CloudError, 'message' | 'code' | 'field'>) {
    super(message);
    this.code = code;
    this.field = field ?? null;
  }
}

export class InvalidInputError extends ExpectedError {}
export class AuthenticationError extends ExpectedError {}
export class ForbiddenError extends ExpectedError {}
export class NotFoundError extends ExpectedError {}
export class StateError extends ExpectedError {}
export class QuotaError extends ExpectedError {}
export class HardwareError extends ExpectedError {}
export class ServiceError extends ExpectedError {}

/** Every mutation can end with each of them, since a fault rule can make any operation fail with any code. */
export const mutationErrors = [
  InvalidInputError,
  AuthenticationError,
  ForbiddenError,
  NotFoundError,
  StateError,
  QuotaError,
  HardwareError,
  ServiceError,
] as const;
