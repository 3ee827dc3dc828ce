/**
 * All error codes that the disk service documents. Those that can be answered are in errors.ts; here are the others, by the reason why not.
 * Source: the EVS API reference ("Error codes"). Gaps in the numbers are not published.
 */
import { type AbsentErrors, errorCatalogue } from '../error-catalogue.ts';
import { diskErrors } from './errors.ts';

const absent: readonly AbsentErrors[] = [
  {
    reason: 'REST: comes with a later part.',
    codes: [
      ['EVS.0001', 'The project in the URL is not valid.'],
      ['EVS.0002', 'The headers are not valid.'],
      ['EVS.1001', 'The body of the update is empty.'],
      ['EVS.1008', 'The body of the order is empty.'],
      ['EVS.1009', 'The disk in the body of the order is not valid.'],
      ['EVS.1011', 'The body of the extension is empty.'],
      ['EVS.1013', 'The request could not be read.'],
      ['EVS.1018', 'A field has a value of another type.'],
      ['EVS.1023', 'The limit of the list is not valid.'],
      ['EVS.1024', 'The marker of the list is not valid.'],
      ['EVS.1025', 'The metadata filter is not encoded well.'],
      ['EVS.1031', 'The list of statuses is not valid.'],
      ['EVS.1032', 'The list of ids is empty.'],
      ['EVS.1039', 'The sort key is not valid.'],
      ['EVS.1040', 'The sort direction is not valid.'],
      ['EVS.1041', 'The zone to filter by is not valid.'],
      ['EVS.1052', 'The body is not valid.'],
      ['EVS.1054', 'The field shareable is not valid.'],
      ['EVS.1057', 'The metadata hw:passthrough is not valid.'],
      ['EVS.1058', 'The metadata to filter by is not valid.'],
      ['EVS.1063', 'The metadata full_clone is not valid.'],
      ['EVS.1070', 'The request is not valid.'],
      ['EVS.2078', 'The body of the capacity check is not valid.'],
      ['EVS.2083', 'Zone and type are missing in the capacity check.'],
      ['EVS.2084', 'The size in the capacity check is not above 0.'],
      ['EVS.2085', 'The id is missing in the capacity check.'],
      ['EVS.2108', 'The body is not valid.'],
      ['EVS.2142', 'The limit of the list is above 1000.'],
      ['Common.0011', 'The job could not be looked up.'],
      ['Common.0018', 'The project in the request is not the one of the token.'],
    ],
  },
  {
    reason: 'Encryption needs the key service (KMS), which Cloudyard does not have.',
    codes: [
      ['EVS.2040', 'The key is not enabled.'],
      ['EVS.2041', 'The encryption of the disk is not valid.'],
      ['EVS.2042', 'The key could not be made.'],
      ['EVS.2044', 'The role of the key service could not be checked.'],
      ['EVS.2055', 'The disk service may not use the key service.'],
      ['EVS.2105', 'The key of the encrypted disk is gone.'],
      ['EVS.2143', 'The account may not use encryption.'],
    ],
  },
  {
    reason: 'Nothing is charged, sold out, frozen or replicated to another site here.',
    codes: [
      ['EVS.2011', 'The order could not be taken off the disk.'],
      ['EVS.2052', 'The order belongs to several jobs.'],
      ['EVS.2071', 'The zone has no disks of this type any more.'],
      ['EVS.2072', 'Disks of this type are sold out in the zone.'],
      ['EVS.2089', 'The disk belongs to the disaster recovery service.'],
      ['EVS.2144', 'The account is frozen.'],
      ['EVS.2145', 'The account is suspended.'],
    ],
  },
  {
    reason: 'Reports a neighbour of the disk service that does not answer; here all of them are one process.',
    codes: [
      ['EVS.1033', 'The quota could not be looked up.'],
      ['EVS.1045', 'The backup could not be looked up.'],
      ['EVS.2001', 'The job could not be submitted.'],
      ['EVS.2005', 'The connection failed.'],
      ['EVS.2007', 'The metadata of the disk could not be changed in time.'],
      ['EVS.2010', 'No token could be had for the tenant.'],
      ['EVS.2013', 'The rights could not be raised.'],
      ['EVS.2014', 'The wait for the rights was interrupted.'],
      ['EVS.2023', 'The connection timed out.'],
      ['EVS.2029', 'A part of the job is missing.'],
      ['EVS.2030', 'A part of the job could not be submitted again.'],
      ['EVS.2031', 'The context of the job is gone.'],
      ['EVS.2032', 'The quota of disks could not be looked up.'],
      ['EVS.2033', 'The quota of GiB could not be looked up.'],
      ['EVS.2034', 'The domain in the token is empty.'],
      ['EVS.2035', 'The name of the domain in the token is empty.'],
      ['EVS.2036', 'The token is empty.'],
      ['EVS.2050', 'The quality of service of the disk could not be set.'],
      ['EVS.2131', 'The server could not be looked up.'],
      ['EVS.5500', 'The service failed.'],
      ['EVS.5503', 'The service cannot be reached.'],
    ],
  },
  {
    reason:
      'A disk or snapshot that is deleted is gone for everyone before its bytes are, and those that cannot be removed at once are removed later. A fault rule may name the code.',
    codes: [
      ['EVS.2019', 'The snapshot could not be deleted.'],
      ['EVS.2020', 'The disk could not be deleted.'],
    ],
  },
  {
    reason:
      'Backups copy disks directly here, so the backup service has no snapshots; names like those of its snapshots are refused (EVS.1003).',
    codes: [['EVS.5403', 'The snapshot belongs to the backup service.']],
  },
  {
    reason: 'Another code says the same, or says it more exactly.',
    codes: [
      ['Common.0013', 'The token is not valid (APIGW.0301 here).'],
      ['EVS.0003', 'The token has no roles (APIGW.0302 here).'],
      ['EVS.1002', 'The id of the disk is malformed (EVS.5404 here: clients wait for a 404 after a delete).'],
      ['EVS.1012', 'The disk may not be used (EVS.5404 here).'],
      ['EVS.1014', 'The disk cannot be extended (EVS.1064 to EVS.1066 here).'],
      ['EVS.1027', 'Your role does not allow this (APIGW.0302 here).'],
      ['EVS.1048', 'Only an available disk can be extended (EVS.1064 here, which knows disks in use).'],
      ['EVS.2021', 'The disk could not be detached (Ecs.0405 here).'],
      ['EVS.2025', 'The disk could not be restored (the code of the backup service here).'],
      ['EVS.2047', 'Metadata cannot be changed (no call has that field).'],
      ['EVS.2053', 'The zone is not valid (EVS.1036 here).'],
      ['EVS.2056', 'A policy forbids this (APIGW.0302 here).'],
      ['EVS.2070', 'The type does not exist (EVS.1020 here).'],
      ['EVS.2093', 'The disk is not one of EVS (EVS.5404 here).'],
      ['EVS.5401', 'The request is not authenticated (APIGW.0301 here).'],
    ],
  },
];

/** Every documented code of the disk service, in order. */
export const diskErrorCatalogue = errorCatalogue(diskErrors, absent);
