/** What the gateway answered instead of data: a documented code, or how the connection failed. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** `IMG.0027`; `CONNECTION` where no gateway answered. */
  readonly code: string;
  readonly field: string | undefined;
  /** Of a failure that the gateway keeps to its log. */
  readonly requestId: string | undefined;

  constructor(
    message: string,
    code: string,
    options: { field?: string | undefined; requestId?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.field = options.field;
    this.requestId = options.requestId;
  }
}
