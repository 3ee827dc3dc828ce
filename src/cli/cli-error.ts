/** A failure of the command line itself that its user can do something about. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: string;
  /** What to do next; a line each. */
  readonly hints: readonly string[];

  constructor(code: string, message: string, options: { hints?: readonly string[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hints = options.hints ?? [];
  }
}

/** The command was called in a way that it does not understand. */
export class UsageError extends CliError {
  constructor(message: string, hints: readonly string[] = []) {
    super('USAGE', message, { hints });
  }
}
