/**
 * All error codes that the compute service documents. Those that can be answered are in errors.ts; here are the others, by the reason why
 * not. Source: compute 2.8 and the ECS API reference ("Error codes"). Gaps in the numbers are not published.
 */
import { type AbsentErrors, errorCatalogue } from '../error-catalogue.ts';
import { serverErrors } from './errors.ts';

const absent: readonly AbsentErrors[] = [
  {
    reason: 'Every flavor takes disks of both device types.',
    codes: [
      ['Ecs.0037', 'The flavor takes no SCSI disks.'],
      ['Ecs.0051', 'The flavor takes SCSI disks only.'],
      ['Ecs.0052', 'The flavor takes a SCSI system disk only.'],
      ['Ecs.0053', 'The flavor takes SCSI data disks only.'],
    ],
  },
  {
    reason: 'Whether a disk goes with its server is said when the server is deleted.',
    codes: [['Ecs.0617', 'The attributes of the attached disk could not be changed.']],
  },
  {
    reason: 'Networks are records that cannot fail by themselves, and interfaces have no drivers or qualities to choose.',
    codes: [
      ['Ecs.0062', 'The flavor takes no driver mode for its network interfaces.'],
      ['Ecs.0201', 'The network interface could not be created.'],
      ['Ecs.0211', 'The quality of service of the network interface could not be set.'],
      ['Ecs.0213', 'The port could not be changed.'],
      ['Ecs.0214', 'The network could not be created.'],
      ['Ecs.0216', 'The subnet could not be created.'],
      ['Ecs.0502', 'The address could not be released.'],
      ['Ecs.0618', 'The address of the network interface could not be changed.'],
    ],
  },
  {
    reason: 'Encryption needs the key service (KMS), which Cloudyard does not have.',
    codes: [
      ['Ecs.0025', 'The disk service may not use keys of KMS.'],
      ['Ecs.0912', 'The encryption of the disk is not valid.'],
    ],
  },
  {
    reason: 'There are no server groups, dedicated hosts, dedicated storage, automatic recovery or locks.',
    codes: [
      ['Ecs.0022', 'The server group has as many servers as it can have.'],
      ['Ecs.0036', 'The flavor has no automatic recovery.'],
      ['Ecs.0221', 'The server is on this dedicated host already.'],
      ['Ecs.0313', 'The server group could not be looked up.'],
      ['Ecs.0315', 'The automatic recovery could not be looked up.'],
      ['Ecs.0605', 'The server is locked.'],
      ['Ecs.0911', 'The dedicated storage of the disk is not valid.'],
    ],
  },
  {
    reason: 'Nothing is charged, licensed, frozen or bound to a real person here.',
    codes: [
      ['Ecs.0030', 'The server is frozen.'],
      ['Ecs.0058', 'The account may not use the image of a third party.'],
      ['Ecs.0066', 'The account has not been authenticated by real name.'],
      ['Ecs.0067', 'The balance of the account is too low.'],
      ['Ecs.0068', 'Only partners may do this.'],
      ['Ecs.0069', 'The payment data of the account is incomplete.'],
      ['Ecs.0070', 'The budget of the department is used up.'],
      ['Ecs.0071', 'The account is suspended.'],
      ['Ecs.0074', 'External users may not launch Windows servers.'],
      ['Ecs.0075', 'Partners launch Windows servers only.'],
      ['Ecs.0090', 'Images with a license of your own are not supported.'],
      ['Ecs.0707', 'The product is not registered.'],
    ],
  },
  {
    reason: 'Reports a neighbour of the compute service that does not answer; here all of them are one process.',
    codes: [
      ['Ecs.0106', 'The network is in an abnormal state.'],
      ['Ecs.0208', 'The metadata of the image could not be changed.'],
      ['Ecs.0301', 'The server could not be looked up.'],
      ['Ecs.0302', 'The quota of servers could not be looked up.'],
      ['Ecs.0303', 'The flavor could not be looked up.'],
      ['Ecs.0304', 'The image could not be looked up.'],
      ['Ecs.0306', 'The backup could not be looked up.'],
      ['Ecs.0307', 'The port could not be looked up.'],
      ['Ecs.0308', 'The quota of the tenant could not be looked up.'],
      ['Ecs.0309', 'The quality of service of the network interface could not be looked up.'],
      ['Ecs.0310', 'The network could not be looked up.'],
      ['Ecs.0311', 'The disk type could not be looked up.'],
      ['Ecs.0320', 'The availability zones could not be looked up.'],
      ['Ecs.0321', 'The console log could not be looked up.'],
      ['Ecs.0322', 'The subnet could not be looked up.'],
      ['Ecs.0323', 'The network interface could not be looked up.'],
      ['Ecs.0401', 'The port could not be released.'],
      ['Ecs.0402', 'The system disk could not be released.'],
      ['Ecs.0403', 'The server could not be released.'],
      ['Ecs.0503', 'The system disk could not be looked up.'],
      ['Ecs.0603', 'Another command is being carried out.'],
      ['Ecs.0615', 'The list of threads is empty.'],
      ['Ecs.1001', 'OpenStack could not be reached.'],
      ['Ecs.1002', 'OpenStack took too long.'],
      ['Ecs.1100', 'IAM could not be reached.'],
      ['Ecs.1200', 'The network service could not be reached.'],
      ['Ecs.1201', 'The network service took too long.'],
      ['Ecs.1300', 'The disk service took too long.'],
      ['Common.0001', 'The system failed.'],
      ['Common.0020', 'The task could not be tried again.'],
      ['Common.0021', 'A part of the job failed.'],
      ['Common.0022', 'The job could not be submitted.'],
      ['Common.0025', 'The job could not be looked up.'],
      ['Common.0026', 'The region could not be looked up.'],
      ['Common.0999', 'The task was broken off.'],
    ],
  },
  {
    reason: 'Another code says the same, or says it more exactly.',
    codes: [
      ['Common.0013', 'The token is not valid (APIGW.0301 here).'],
      ['Common.0018', 'The project in the request is not the one of the token (Ecs.0023 here).'],
      ['Common.0024', 'Too many requests at once (APIGW.0308 here).'],
      ['Common.1503', 'Too many calls of this API at once (APIGW.0308 here).'],
      ['Ecs.0000', 'The request is wrong (Ecs.0005 here).'],
      ['Ecs.0002', 'The task could not be submitted (the code of the failed step here).'],
      ['Ecs.0004', 'The request could not be authenticated (APIGW.0301 here).'],
      ['Ecs.0008', 'The attributes of the flavor are not valid (the flavors are fixed here).'],
      ['Ecs.0015', 'The server takes no disks of this type (all flavors take all types here).'],
      ['Ecs.0044', 'Disks of this type are sold out (they never are here).'],
      ['Ecs.0101', 'The system disk is in an abnormal state (Ecs.0226 here).'],
      ['Ecs.0105', 'The server has no system disk (each has one here).'],
      ['Ecs.0110', 'Your role does not allow this (Ecs.0003 here).'],
      ['Ecs.0209', 'The resize could not be confirmed (it needs no confirmation here).'],
      ['Ecs.0219', 'The server could not be created (Ecs.0204 here).'],
      ['Ecs.0611', 'The request for several servers failed (each server has its own answer here).'],
      ['Ecs.0616', 'The name could not be changed (Ecs.0914 or Ecs.0915 here).'],
      ['Ecs.0810', 'The server has this flavor already (Ecs.0009 here).'],
      ['Ecs.0909', 'The flavor takes no disks of this type (all flavors take all types here).'],
      ['Pdp.0001', 'A policy forbids this (Ecs.0003 here).'],
    ],
  },
];

/** Every documented code of the compute service, in order. */
export const serverErrorCatalogue = errorCatalogue(serverErrors, absent);
