import { CloudError, type ErrorCode } from '../../errors.ts';
import { serverErrors } from '../errors.ts';
import { bareMetalErrors as errors } from './errors.ts';

/** What the bare-metal service says where the compute service, whose parts it uses, says something else. */
const translations: readonly (readonly [theirs: ErrorCode, ours: ErrorCode])[] = [
  [serverErrors.badParameter, errors.badParameter],
  [serverErrors.imageNotFound, errors.imageNotFound],
  [serverErrors.imageNotActive, errors.imageNotActive],
  [serverErrors.subnetNotFound, errors.subnetNotFound],
  [serverErrors.addressOutsideSubnet, errors.nicsInvalid],
  [serverErrors.subnetTwice, errors.nicsInvalid],
  [serverErrors.nicsOfSeveralVpcs, errors.nicsInvalid],
  [serverErrors.portNotFound, errors.nicsInvalid],
  [serverErrors.portInUse, errors.nicsInvalid],
  [serverErrors.serverNotFound, errors.serverNotFound],
  [serverErrors.serversNotFound, errors.serverNotFound],
  [serverErrors.statusWrong, errors.statusWrong],
  [serverErrors.diskNotCreated, errors.diskNotCreated],
  [serverErrors.portNotCreated, errors.portNotCreated],
  [serverErrors.addressNotBound, errors.portNotCreated],
  [serverErrors.serverNotCreated, errors.serverNotCreated],
  [serverErrors.serverNotStarted, errors.serverNotStarted],
  [serverErrors.serverNotStopped, errors.serverNotOperated],
  [serverErrors.serverNotRebooted, errors.serverNotOperated],
];

const oursByTheirs: ReadonlyMap<string, ErrorCode> = new Map(translations.map(([theirs, ours]) => [theirs.code, ours]));

/** Does work of the compute service in the name of the bare-metal service: what it refuses has our codes. */
export async function inOwnCodes<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const ours = error instanceof CloudError ? oursByTheirs.get(error.code) : undefined;
    if (!ours || !(error instanceof CloudError)) throw error;
    throw new CloudError(ours, { message: error.message, field: error.field, cause: error });
  }
}
