/** Requests to the agent that are about servers and files: their failures in the words of the hardware interface. */
import type { AgentClient, AgentReply, AgentRequest } from '../../store/disks/pool/agent-client.ts';
import { AGENT_GONE, AgentError } from '../../store/disks/pool/agent-error.ts';
import { HardwareError, type HardwareProblem } from '../hardware.ts';

type Problems = Readonly<Record<string, HardwareProblem>>;

const PROBLEMS: Problems = {
  [AGENT_GONE]: 'unavailable',
  ETIMEDOUT: 'unavailable',
  ENOENT: 'not-found',
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
  EBUSY: 'busy',
  ENOEXEC: 'unsupported',
};

/** Where a request names a file, these are about the name. */
export const FILE_PROBLEMS: Problems = {
  ...PROBLEMS,
  ENOTDIR: 'bad-path',
  EISDIR: 'bad-path',
  ELOOP: 'bad-path',
  ENAMETOOLONG: 'bad-path',
  EXDEV: 'bad-path',
  EINVAL: 'bad-path',
  EFBIG: 'too-large',
  ENOMEM: 'too-large',
};

export async function agentCall(
  agent: AgentClient,
  op: string,
  fields: Record<string, unknown>,
  { problems = PROBLEMS, ...request }: AgentRequest & { readonly problems?: Problems } = {},
): Promise<AgentReply> {
  try {
    return await agent.call(op, fields, request);
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    throw new HardwareError(problems[error.code] ?? 'failed', error.message, { cause: error });
  }
}
