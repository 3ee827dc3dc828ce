/**
 * Error codes of the bare-metal service that Cloudyard can answer. Wording is ours; a code may have several names where it has several causes.
 *
 * Source: compute 3.2 and the BMS API reference ("Error codes"): 400 throughout. The codes that are documented and not here are in
 * error-catalogue.ts.
 */
import { errorCodes } from '../../errors.ts';

export const bareMetalErrors = errorCodes({
  // The request as a whole
  badParameter: ['BMS.0022', 400, 'A parameter is not valid.'],
  /** The page says 400 here too, and that its statuses are not exact; clients wait for a 404 after a delete. */
  serverNotFound: ['BMS.0040', 404, 'No bare-metal server has this id.'],

  // Fields of a launch, in the order in which they are checked
  nameInvalid: ['BMS.0206', 400, 'The name of a bare-metal server has 1 to 63 letters, digits, "-", "_" and ".".'],
  countInvalid: ['BMS.0205', 400, 'The number of bare-metal servers is out of range.'],
  imageNotFound: ['BMS.0010', 400, 'No image has this id.'],
  imageNotActive: ['BMS.0011', 400, 'The image is not active.'],
  imageDamaged: ['BMS.0011', 400, 'The bytes of the image are damaged.'],
  imageUnfit: ['BMS.0011', 400, 'Bare-metal servers cannot be launched from this image.'],
  flavorNotFound: ['BMS.0021', 400, 'No bare-metal flavor has this id.'],
  noCapacity: ['BMS.0054', 400, 'There is no such machine left in the availability zone.'],
  zoneNotFound: ['BMS.0208', 400, 'The region has no such availability zone.'],
  rootVolumeInvalid: ['BMS.0047', 400, 'The root volume is not valid.'],
  dataDiskInvalid: ['BMS.0203', 400, 'A data disk is not valid.'],
  tooManyDataDisks: ['BMS.0204', 400, 'Too many data disks.'],
  passwordInvalid: [
    'BMS.3039',
    400,
    'A password has 8 to 26 characters of three of the four kinds: upper case, lower case, digits, special characters.',
  ],
  keyPairNotFound: ['BMS.0049', 400, 'No key pair has this name.'],
  signInTwice: ['BMS.0111', 400, 'A key pair or a password signs in, not both.'],
  userDataInvalid: ['BMS.0210', 400, 'User data is base64 and at most 32 KiB when decoded.'],
  metadataInvalid: [
    'BMS.0217',
    400,
    'Metadata is at most 10 pairs of a key and a value of up to 255 characters; each key occurs once.',
  ],
  nicsInvalid: ['BMS.0019', 400, 'A network interface is not valid.'],
  tooManyNics: ['BMS.0019', 400, 'A bare-metal server has at most two network interfaces.'],
  nicIsPrimary: ['BMS.0222', 400, 'The primary network interface stays with its server.'],
  subnetNotFound: ['BMS.0080', 400, 'No subnet has this id.'],
  noFreeAddress: ['BMS.0012', 400, 'The subnet has no free address.'],
  addressInUse: ['BMS.0014', 400, 'The address is in use.'],
  addressForBatch: ['BMS.0207', 400, 'Only one server can have this address or port.'],
  securityGroupNotFound: ['BMS.3001', 400, 'No security group has this id.'],
  publicAddressTwice: ['BMS.0071', 400, 'An elastic IP that is there, or a new one of some bandwidth, not both.'],
  publicAddressForBatch: ['BMS.0072', 400, 'Only one server can have this elastic IP.'],
  bandwidthInvalid: ['BMS.0077', 400, 'A bandwidth has 5 to 2000 Mbit/s.'],
  publicAddressNotFound: ['BMS.0022', 400, 'No elastic IP has this id.'],
  /** The status as for a cloud server. */
  publicAddressUnusable: ['BMS.0022', 409, 'The elastic IP is bound already, or the port has one.'],
  publicAddressQuotaUsedUp: ['BMS.0017', 400, 'The quota of elastic IPs is used up.'],
  quotaUsedUp: ['BMS.0025', 400, 'The quota of servers is used up.'],
  coresUsedUp: ['BMS.0026', 400, 'The quota of processors is used up.'],
  ramUsedUp: ['BMS.0027', 400, 'The quota of memory is used up.'],
  /** No code speaks of this quota: it is the one for a port that can't be made. */
  portQuotaUsedUp: ['BMS.3005', 400, 'The quota of ports is used up.'],
  diskQuotaUsedUp: ['BMS.3028', 400, 'The quota of disks or of their GiB is used up.'],

  // Power
  poweringOn: ['BMS.0035', 400, 'The server is being powered on.'],
  poweringOff: ['BMS.0036', 400, 'The server is being powered off.'],
  rebooting: ['BMS.0037', 400, 'The server is being restarted.'],
  alreadyOn: ['BMS.0038', 400, 'The server runs already.'],
  alreadyOff: ['BMS.0039', 400, 'The server is off already.'],
  statusWrong: ['BMS.1001', 400, 'The status of the server does not allow this.'],

  // Disks
  scsiOnly: ['BMS.0223', 400, 'Only SCSI disks can be attached to a bare-metal server.'],
  systemDiskNotAttachable: ['BMS.0108', 400, 'A disk that a server can boot from is no data disk of a bare-metal server.'],
  noDisksOnFlavor: ['BMS.0315', 400, 'Machines of this flavor take no disks.'],
  tooManyDisks: ['BMS.1002', 400, 'No more disks can be attached to the server.'],
  diskNotFound: ['BMS.0103', 400, 'No disk has this id.'],
  deviceOfSystemDisk: ['BMS.0104', 400, 'A data disk cannot have the device of the system disk.'],
  deviceInvalid: ['BMS.0105', 400, 'A data disk is at a device from /dev/sdb on that is free.'],
  diskInOtherZone: ['BMS.0106', 400, 'Disk and server are in different availability zones.'],
  diskNotAttached: ['BMS.0114', 400, 'The disk is not attached to the server.'],
  diskNotShared: ['BMS.0290', 400, 'The disk belongs to another server, and is not shared.'],
  diskStatusWrong: ['BMS.1003', 400, 'The status of the disk does not allow this.'],
  tooManyServersOfDisk: ['BMS.1004', 400, 'The shared disk can be attached to no more servers.'],
  diskAttached: ['BMS.1009', 400, 'The disk is attached to the server already.'],
  diskBeingAttached: ['BMS.1011', 400, 'The disk is being attached.'],

  // How a job ends that cannot do its work
  attachFailed: ['BMS.3019', 400, 'The disk could not be attached.'],
  diskNotCreated: ['BMS.3033', 400, 'The system disk could not be created.'],
  dataDiskNotCreated: ['BMS.3021', 400, 'A data disk could not be created.'],
  portNotCreated: ['BMS.3005', 400, 'The port could not be created.'],
  serverNotCreated: ['BMS.3004', 400, 'The server could not be created.'],
  addressNotBound: ['BMS.3038', 400, 'The elastic IP could not be bound.'],
  serverNotStarted: ['BMS.3037', 400, 'The server could not be started.'],
  serverNotOperated: ['BMS.0006', 400, 'The server could not be powered off or restarted.'],
});
