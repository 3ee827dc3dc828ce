/** What an agent's errno means for the users of the disk store. */
import { DiskStoreError, type DiskStoreProblem } from '../disk-store.ts';
import { AGENT_GONE, AgentError } from './agent-error.ts';

const PROBLEMS: Readonly<Record<string, DiskStoreProblem>> = {
  ENOENT: 'not-found',
  EEXIST: 'exists',
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
  EFBIG: 'out-of-range',
  EINVAL: 'out-of-range',
  ERANGE: 'out-of-range',
  EIO: 'corrupt',
  EUCLEAN: 'corrupt',
  EBADMSG: 'corrupt',
  ETIMEDOUT: 'unavailable',
  [AGENT_GONE]: 'unavailable',
};

/** Anything that is no AgentError (an AbortError, a fault in the program) is returned as it is. */
export function diskStoreError(error: unknown): unknown {
  if (!(error instanceof AgentError)) return error;
  return new DiskStoreError(PROBLEMS[error.code] ?? 'unavailable', error.message, { cause: error });
}
