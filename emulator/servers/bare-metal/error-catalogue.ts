/**
 * All error codes that the bare-metal service documents. Those that can be answered are in errors.ts; here are the others, by the reason why
 * not. Source: compute 3.2 and the BMS API reference ("Error codes"). Gaps in the numbers are not published.
 */
import { type AbsentErrors, errorCatalogue } from '../../error-catalogue.ts';
import { bareMetalErrors } from './errors.ts';

const absent: readonly AbsentErrors[] = [
  {
    reason: 'A new elastic IP of a launch has a bandwidth of its own, and nothing of it can be missing.',
    codes: [
      ['BMS.0073', 'The bandwidth is missing.'],
      ['BMS.0074', 'The further parameters of the elastic IP are missing.'],
      ['BMS.0075', 'The id of the bandwidth is missing.'],
      ['BMS.0078', 'The bandwidth has too many elastic IPs.'],
      ['BMS.0079', 'The kind of the bandwidth is not valid.'],
    ],
  },
  {
    reason: 'Nothing is charged, frozen or sold here.',
    codes: [
      ['BMS.0215', 'The order could not be created.'],
      ['BMS.0216', 'The order could not be submitted.'],
      ['BMS.0218', 'The order could not be created.'],
      ['BMS.0297', 'The order of the disk has not been paid.'],
      ['BMS.0360', 'The disk is frozen.'],
    ],
  },
  {
    reason: 'Every region has bare-metal servers, for every tenant.',
    codes: [
      ['BMS.0002', 'The region has no bare-metal servers.'],
      ['BMS.0032', 'The administrator has to be asked for bare-metal servers.'],
      ['BMS.0034', 'Bare-metal servers are not provisioned automatically.'],
      ['BMS.0213', 'The role may not use the zone under test.'],
    ],
  },
  {
    reason:
      'All images take keys, disks and IPv4 alone, all flavors all disk types; there are no machines for SAP HANA and no remote login.',
    codes: [
      ['BMS.0102', 'The image takes no disks.'],
      ['BMS.0202', 'All data disks have to be of one type.'],
      ['BMS.0211', 'The key is not valid.'],
      ['BMS.0395', 'Servers with Windows have no remote login.'],
      ['BMS.0400', 'The image has no IPv6.'],
      ['BMS.1008', 'The disk is of another type than the server takes.'],
      ['BMS.3025', 'Shared data disks cannot be created.'],
      ['BMS.3035', 'The disk belongs to another server.'],
    ],
  },
  {
    reason: 'Reports a neighbour of the service that does not answer; here all of them are one process.',
    codes: [
      ['BMS.0008', 'The flavor could not be looked up.'],
      ['BMS.0009', 'The attributes of the flavor could not be looked up.'],
      ['BMS.0013', 'The port could not be looked up.'],
      ['BMS.0015', 'The subnet could not be looked up.'],
      ['BMS.0023', 'The quota could not be looked up.'],
      ['BMS.0055', 'The capacity could not be looked up.'],
      ['BMS.0214', 'The network interface could not be looked up.'],
      ['BMS.1006', 'The status of the server could not be looked up.'],
      ['BMS.1007', 'The interface could not be called.'],
      ['BMS.3011', 'The system failed.'],
    ],
  },
  {
    reason: 'Another code says the same, or says it more exactly.',
    codes: [
      ['BMS.0001', 'The request could not be read (APIGW.0201 here).'],
      ['BMS.0003', 'The request is empty (BMS.0022 here).'],
      ['BMS.0004', 'Your role does not allow this (APIGW.0302 here).'],
      ['BMS.0005', 'Your role does not allow this (APIGW.0302 here).'],
      ['BMS.0018', 'A parameter is not valid (BMS.0022 here).'],
      ['BMS.0028', 'The quotas of servers and processors are used up (the first of them here).'],
      ['BMS.0029', 'The quotas of servers and memory are used up (the first of them here).'],
      ['BMS.0030', 'The quotas of processors and memory are used up (the first of them here).'],
      ['BMS.0031', 'The quotas of servers, processors and memory are used up (the first of them here).'],
      ['BMS.0033', 'Your role does not allow this (APIGW.0302 here).'],
      ['BMS.0201', 'The parameters of the server are not valid (the code of the field here).'],
      ['BMS.0212', 'The system is overloaded (APIGW.0308 here).'],
      ['BMS.0288', 'A policy forbids this (APIGW.0302 here).'],
      ['BMS.3006', 'The floating address could not be assigned (BMS.3038 here).'],
      ['BMS.3026', 'The password does not keep the rules (BMS.3039 here).'],
      ['BMS.3027', 'The VPC is not valid (BMS.0080 here: a VPC is known by its subnet).'],
      ['BMS.3029', 'The status of the system disk is wrong (BMS.3033 here).'],
      ['BMS.3040', 'There is no such VPC (BMS.0080 here: a VPC is known by its subnet).'],
    ],
  },
];

/** Every documented code of the bare-metal service, in order. */
export const bareMetalErrorCatalogue = errorCatalogue(bareMetalErrors, absent);
