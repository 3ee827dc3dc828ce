/**
 * Documented error codes, and the one exception that carries them to a caller.
 *
 * Each service keeps its codes in a table (`images/errors.ts`, `servers/errors.ts`, …) made by errorCodes(). An operation and a job
 * name the entries that they can end with; `docs/errors.md` is generated from both.
 */

/** A code as the service documents it. */
export interface ErrorCode {
  /** `IMG.0027` */
  readonly code: string;
  /** HTTP status that goes with it. */
  readonly status: number;
  /** What a caller reads; our wording. */
  readonly message: string;
}

type ErrorRow = readonly [code: string, status: number, message: string];

/** Makes a service's table: a readable name for each code that Cloudyard can answer. */
export function errorCodes<Name extends string>(rows: Readonly<Record<Name, ErrorRow>>): Readonly<Record<Name, ErrorCode>> {
  const entries = Object.entries<ErrorRow>(rows).map(([name, [code, status, message]]) => [name, { code, status, message }]);
  return Object.fromEntries(entries);
}

/** An expected failure: the caller's fault or the cloud's rule. Anything else that is thrown is a defect and is masked. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  /** The entry of the table; several causes may have the same code. */
  readonly entry: ErrorCode;
  readonly code: string;
  readonly status: number;
  /** The input at fault, as a path: `tags.2.key`. */
  readonly field: string | undefined;

  constructor(error: ErrorCode, options: { message?: string; field?: string | undefined; cause?: unknown } = {}) {
    super(options.message ?? error.message, { cause: options.cause });
    this.entry = error;
    this.code = error.code;
    this.status = error.status;
    this.field = options.field;
  }
}

type Details = { message?: string; field?: string };

/** Throws the error if the condition holds. */
export function refuse(condition: boolean, error: ErrorCode, details: Details = {}): void {
  if (condition) throw new CloudError(error, details);
}

/** Throws the error unless the value is there (or true); the compiler knows so afterwards. */
export function ensure(value: unknown, error: ErrorCode, details: Details = {}): asserts value {
  if (!value) throw new CloudError(error, details);
}

/** Codes that no single service owns: the gateway's and the emulator's own. Source: ims-api 6.1, compute 9.3. */
export const commonErrors = errorCodes({
  notAuthenticated: ['APIGW.0301', 401, 'Incorrect IAM authentication information: x-auth-token not found'],
  badToken: ['APIGW.0301', 401, 'Incorrect IAM authentication information: decrypt token fail'],
  tokenExpired: ['APIGW.0301', 401, 'Incorrect IAM authentication information: token expires'],
  forbidden: ['APIGW.0302', 403, 'The user may not do this.'],
  throttled: ['APIGW.0308', 429, 'Too many requests at once; try again.'],
  badRequest: ['APIGW.0201', 400, 'The request is not valid.'],
  idempotencyKeyReused: ['Cloudyard.0001', 409, 'This idempotency key was used with another request.'],
  hardwareUnavailable: ['Cloudyard.0002', 503, 'The hardware does not answer; it is being reconnected.'],
  notOnThisHardware: ['Cloudyard.0003', 501, 'The hardware of this cloud cannot do this.'],
  diskFull: ['Cloudyard.0004', 507, 'No space is left for disks.'],
  cursorTooOld: ['Cloudyard.0005', 410, 'The cursor is older than the events that are kept; start without one.'],
  badCursor: ['Cloudyard.0006', 400, 'The cursor is not one of this cloud.'],
  injectedFault: ['Cloudyard.0007', 500, 'A fault rule made this fail.'],
  jobCancelled: ['Cloudyard.0008', 409, 'The job was cancelled.'],
  jobNotCancellable: ['Cloudyard.0009', 409, 'The job is over, or past the point where it can be cancelled.'],
  internal: ['Cloudyard.0010', 500, 'Something went wrong inside Cloudyard.'],
  damagedDisk: ['Cloudyard.0011', 500, 'The bytes of the disk are damaged.'],
  shuttingDown: ['Cloudyard.0012', 503, 'The cloud is shutting down.'],
});
