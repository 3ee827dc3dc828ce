/** Which documented code is which kind of failure to a GraphQL caller. One table; what it does not name goes by its HTTP status. */

import { backupErrors } from '../../emulator/backups/errors.ts';
import { diskErrors } from '../../emulator/disks/errors.ts';
import { type CloudError, commonErrors, type ErrorCode } from '../../emulator/errors.ts';
import { imageErrors } from '../../emulator/images/errors.ts';
import { networkErrors } from '../../emulator/networks/errors.ts';
import { bareMetalErrors } from '../../emulator/servers/bare-metal/errors.ts';
import { serverErrors } from '../../emulator/servers/errors.ts';
import {
  AuthenticationError,
  type ExpectedError,
  ForbiddenError,
  HardwareError,
  InvalidInputError,
  NotFoundError,
  QuotaError,
  ServiceError,
  StateError,
} from './error-types.ts';

type ErrorKind = new (error: CloudError) => ExpectedError;
type Row = readonly [kind: ErrorKind, codes: readonly ErrorCode[]];

/** The image service answers nearly everything with status 400, hence its long rows. */
const rows: readonly Row[] = [
  [
    NotFoundError,
    [
      imageErrors.imageNotFound,
      imageErrors.serverNotFound,
      imageErrors.jobNotFound,
      imageErrors.tenantUnknown,
      imageErrors.memberNotFound,
      bareMetalErrors.diskNotFound,
      bareMetalErrors.imageNotFound,
      bareMetalErrors.flavorNotFound,
      bareMetalErrors.keyPairNotFound,
      bareMetalErrors.subnetNotFound,
      bareMetalErrors.securityGroupNotFound,
      serverErrors.imageNotFound,
      serverErrors.flavorNotFound,
      serverErrors.keyPairNotFound,
      serverErrors.subnetNotFound,
      serverErrors.jobNotFound,
      diskErrors.imageInvalid,
      diskErrors.snapshotInvalid,
      diskErrors.backupInvalid,
    ],
  ],
  [
    ForbiddenError,
    [
      imageErrors.ownerOnly,
      imageErrors.foreignImage,
      imageErrors.deleteByOwnerOnly,
      imageErrors.publicImageReadOnly,
      imageErrors.publicImageNotDeletable,
      imageErrors.publicImageNotShareable,
    ],
  ],
  [
    StateError,
    [
      backupErrors.backupUsedByImage,
      backupErrors.notRestorable,
      backupErrors.nothingToBackUp,
      backupErrors.resourceInOtherVault,
      backupErrors.serverStatusWrong,
      backupErrors.sharedBackupHasImage,
      imageErrors.imageNotActive,
      imageErrors.imageBeingCreated,
      imageErrors.imageProtectedFromDeletion,
      imageErrors.serverStateWrong,
      imageErrors.serverBusy,
      imageErrors.serverWithoutSystemDisk,
      imageErrors.systemDiskUnavailable,
      imageErrors.tooManyTasks,
      imageErrors.memberNotAdded,
      imageErrors.memberNotRemoved,
      bareMetalErrors.noCapacity,
      bareMetalErrors.noFreeAddress,
      bareMetalErrors.addressInUse,
      bareMetalErrors.poweringOn,
      bareMetalErrors.poweringOff,
      bareMetalErrors.rebooting,
      bareMetalErrors.alreadyOn,
      bareMetalErrors.alreadyOff,
      bareMetalErrors.statusWrong,
      bareMetalErrors.diskAttached,
      bareMetalErrors.diskBeingAttached,
      bareMetalErrors.diskNotAttached,
      bareMetalErrors.diskNotShared,
      bareMetalErrors.diskStatusWrong,
      bareMetalErrors.tooManyServersOfDisk,
      bareMetalErrors.nicIsPrimary,
      serverErrors.imageNotActive,
      serverErrors.statusWrong,
      serverErrors.flavorUnchanged,
      serverErrors.noCapacity,
      serverErrors.noFreeAddress,
      serverErrors.addressInUse,
      serverErrors.diskAttached,
      serverErrors.diskAttachedElsewhere,
      serverErrors.diskNotAvailable,
      serverErrors.diskNotAttached,
      serverErrors.diskNotDetachable,
      serverErrors.noMoreDisks,
      diskErrors.snapshotUnavailable,
      diskErrors.backupUnavailable,
      diskErrors.diskBusy,
      diskErrors.statusForDelete,
      diskErrors.diskUnderBackup,
      diskErrors.statusForExtend,
      diskErrors.sharedNotAvailable,
      diskErrors.serverForExtend,
      diskErrors.snapshotStatusForDelete,
      commonErrors.jobCancelled,
    ],
  ],
  [
    QuotaError,
    [
      backupErrors.tooManyResources,
      backupErrors.vaultFull,
      backupErrors.vaultQuotaUsedUp,
      imageErrors.imageQuotaUsedUp,
      imageErrors.shareQuotaUsedUp,
      bareMetalErrors.quotaUsedUp,
      bareMetalErrors.coresUsedUp,
      bareMetalErrors.ramUsedUp,
      bareMetalErrors.diskQuotaUsedUp,
      bareMetalErrors.portQuotaUsedUp,
      bareMetalErrors.publicAddressQuotaUsedUp,
      networkErrors.vpcQuotaUsedUp,
      networkErrors.subnetQuotaUsedUp,
      networkErrors.portQuotaUsedUp,
      networkErrors.securityGroupQuotaUsedUp,
      networkErrors.publicAddressQuotaUsedUp,
      serverErrors.quotaUsedUp,
      serverErrors.keyPairQuotaUsedUp,
      serverErrors.diskQuotaUsedUp,
      serverErrors.publicAddressQuotaUsedUp,
      diskErrors.diskQuotaUsedUp,
      diskErrors.gigabytesUsedUp,
      diskErrors.snapshotQuotaUsedUp,
    ],
  ],
  [
    HardwareError,
    [commonErrors.hardwareUnavailable, commonErrors.notOnThisHardware, commonErrors.diskFull, commonErrors.damagedDisk],
  ],
];

const kinds: ReadonlyMap<string, ErrorKind> = new Map(
  rows.flatMap(([kind, codes]) => codes.map(({ code, status }) => [`${code} ${status}`, kind] as const)),
);

const kindsByStatus: Readonly<Record<number, ErrorKind>> = {
  401: AuthenticationError,
  403: ForbiddenError,
  404: NotFoundError,
  409: StateError,
  410: StateError,
  429: QuotaError,
  501: HardwareError,
  507: HardwareError,
};

/** The failure as a member of a mutation's result. */
export function expectedError(error: CloudError): ExpectedError {
  const byStatus = kindsByStatus[error.status] ?? (error.status >= 500 ? ServiceError : InvalidInputError);
  const Kind = kinds.get(`${error.code} ${error.status}`) ?? byStatus;
  return new Kind(error);
}
