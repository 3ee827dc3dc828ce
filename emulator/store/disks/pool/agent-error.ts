/** What the agent answered instead of a result; `code` is the name of an errno. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The code of an AgentError where no agent answered, or died over it. */
export const AGENT_GONE = 'AGENT_GONE';
