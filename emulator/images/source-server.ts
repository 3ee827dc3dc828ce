import { refuse } from '../errors.ts';
import type { Server } from '../store/generated/client.ts';
import { imageErrors as errors } from './errors.ts';

/** In these statuses a server's disks can be imaged: running or stopped (ims-api 1.1). */
const IMAGEABLE: readonly Server['status'][] = ['ACTIVE', 'SHUTOFF'];

/** Throws `serverStateWrong`, or what is given for a server in another state. */
export function requireImageable({ id, status }: Pick<Server, 'id' | 'status'>, otherwise = errors.serverStateWrong): void {
  refuse(!IMAGEABLE.includes(status), otherwise, { message: `${otherwise.message} (${id}: ${status})` });
}
