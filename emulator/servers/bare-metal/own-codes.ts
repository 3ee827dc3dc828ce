import { diskErrors } from '../../disks/errors.ts';
import { CloudError, type ErrorCode } from '../../errors.ts';
import type { ServerKind } from '../../store/generated/client.ts';
import { serverErrors } from '../errors.ts';
import { bareMetalErrors as errors } from './errors.ts';

/** What the bare-metal service says where the service whose parts it uses says something else. */
const translations: readonly (readonly [theirs: ErrorCode, ours: ErrorCode])[] = [
  [serverErrors.badParameter, errors.badParameter],
  [serverErrors.imageNotFound, errors.imageNotFound],
  [serverErrors.imageNotActive, errors.imageNotActive],
  [serverErrors.imageDamaged, errors.imageDamaged],
  [serverErrors.imageUnusable, errors.imageUnfit],
  [serverErrors.subnetNotFound, errors.subnetNotFound],
  [serverErrors.addressOutsideSubnet, errors.nicsInvalid],
  [serverErrors.subnetTwice, errors.nicsInvalid],
  [serverErrors.nicsOfSeveralVpcs, errors.nicsInvalid],
  [serverErrors.portNotFound, errors.nicsInvalid],
  [serverErrors.portInUse, errors.nicsInvalid],
  [serverErrors.nicNotFound, errors.nicsInvalid],
  [serverErrors.nicIsPrimary, errors.nicIsPrimary],
  [serverErrors.tooManyNics, errors.tooManyNics],
  [serverErrors.addressInUse, errors.addressInUse],
  [serverErrors.noFreeAddress, errors.noFreeAddress],
  [serverErrors.portQuotaUsedUp, errors.portQuotaUsedUp],
  [serverErrors.securityGroupNotFound, errors.securityGroupNotFound],
  [serverErrors.publicAddressNotFound, errors.publicAddressNotFound],
  [serverErrors.publicAddressUnusable, errors.publicAddressUnusable],
  [serverErrors.publicAddressQuotaUsedUp, errors.publicAddressQuotaUsedUp],
  [serverErrors.serverNotFound, errors.serverNotFound],
  [serverErrors.serversNotFound, errors.serverNotFound],
  [serverErrors.statusWrong, errors.statusWrong],
  [serverErrors.serverBusy, errors.statusWrong],
  [diskErrors.diskNotFound, errors.diskNotFound],
  [serverErrors.diskInOtherZone, errors.diskInOtherZone],
  [serverErrors.diskAttached, errors.diskAttached],
  [serverErrors.diskAttachedElsewhere, errors.diskNotShared],
  [serverErrors.diskNotAvailable, errors.diskStatusWrong],
  [serverErrors.diskNotDetachable, errors.diskStatusWrong],
  [serverErrors.noMoreDisks, errors.tooManyServersOfDisk],
  [serverErrors.diskNotAttached, errors.diskNotAttached],
  [serverErrors.diskNotCreated, errors.diskNotCreated],
  [serverErrors.dataDiskNotCreated, errors.dataDiskNotCreated],
  [serverErrors.portNotCreated, errors.portNotCreated],
  [serverErrors.addressNotBound, errors.addressNotBound],
  [serverErrors.serverNotCreated, errors.serverNotCreated],
  [serverErrors.serverNotStarted, errors.serverNotStarted],
  [serverErrors.serverNotStopped, errors.serverNotOperated],
  [serverErrors.serverNotRebooted, errors.serverNotOperated],
];

const oursByTheirs: ReadonlyMap<ErrorCode, ErrorCode> = new Map(translations);

/** Does work of another service in the name of the bare-metal service: what it refuses has our codes, where we have one that says this. */
export async function inOwnCodes<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const ours = error instanceof CloudError ? oursByTheirs.get(error.entry) : undefined;
    if (!ours || !(error instanceof CloudError)) throw error;
    throw new CloudError(ours, { message: error.message, field: error.field, cause: error });
  }
}

/** Does work for a server of either kind, in the codes of its service. */
export function inCodesOf<T>(kind: ServerKind | undefined, work: () => Promise<T>): Promise<T> {
  return kind === 'BARE_METAL' ? inOwnCodes(work) : work();
}

/** What an operation on servers of both kinds answers: these, and what the bare-metal service says instead. */
export function inBothCodes(theirs: readonly ErrorCode[]): ErrorCode[] {
  return [...new Set([...theirs, ...theirs.flatMap(error => oursByTheirs.get(error) ?? [])])];
}
