/**
 * Error codes of the compute service that Cloudyard can answer. Wording is ours; a code may have several names where it has several causes.
 *
 * Source: compute 2.8, with the statuses of the ECS API reference ("Error codes"): 400 unless noted there.
 * The codes that are documented and not here are in error-catalogue.ts.
 */
import { errorCodes } from '../errors.ts';

export const serverErrors = errorCodes({
  // The request as a whole
  badParameter: ['Ecs.0005', 400, 'A parameter is not valid.'],
  emptyRequest: ['Common.0002', 400, 'The request has no body.'],
  notPermitted: ['Ecs.0003', 403, 'Your role does not allow this.'],
  projectMismatch: ['Ecs.0023', 400, 'The project in the request is not the one of the token.'],
  jobNotFound: ['Common.0011', 400, 'No job has this id.'],
  quotaUsedUp: ['Ecs.0001', 400, 'The quota of servers, vCPUs or memory is used up.'],
  tooManyServers: ['Ecs.0118', 400, 'Too many servers in one request.'],

  // Fields of a launch, in the order in which they are checked
  nameMissing: ['Ecs.0005', 400, 'A server needs a name.'],
  nameTooLong: ['Ecs.0914', 400, 'A server name has at most 128 characters, and 59 where several servers are launched at once.'],
  nameInvalid: ['Ecs.0915', 400, 'A server name has letters, digits, "-", "_" and "." only.'],
  descriptionInvalid: ['Ecs.0041', 400, 'A description has at most 85 characters, and no control characters, "<" or ">".'],
  countInvalid: ['Ecs.0913', 400, 'The number of servers is out of range.'],
  imageNotFound: ['Ecs.0031', 400, 'No image has this id.'],
  imageNotActive: ['Ecs.0032', 400, 'The image is not active.'],
  imageDamaged: ['Ecs.0032', 400, 'The bytes of the image are damaged.'],
  backupGone: ['Ecs.0034', 400, 'The backup of the full-ECS image is gone.'],
  imageUnusable: ['Ecs.0048', 400, 'The full-ECS image cannot be used.'],
  /** Which code answers a disk or a flavor that is too small for the image is inferred. */
  diskTooSmallForImage: ['Ecs.0007', 400, 'The system disk is smaller than the image asks for.'],
  memoryUnfitForImage: ['Ecs.0007', 400, 'The memory of the flavor is outside of what the image asks for.'],
  imageUnfitForFlavor: ['Ecs.0007', 400, 'The image does not fit the flavor.'],
  flavorNotFound: ['Ecs.0029', 400, 'No flavor has this id, or it is abandoned.'],
  noCapacity: ['Ecs.0319', 400, 'This flavor is sold out in the availability zone.'],
  zoneNotFound: ['Ecs.0005', 400, 'The region has no such availability zone.'],
  diskTypeNotFound: ['Ecs.0043', 400, 'This disk type does not exist.'],
  diskSizeInvalid: ['Ecs.0005', 400, 'The size of the system disk is out of range.'],
  tooManyDataDisks: ['Ecs.0042', 400, 'A server has at most 59 data disks.'],
  dataDiskSizeInvalid: ['Ecs.0005', 400, 'The size of a data disk is 10 to 32768 GiB.'],
  /** As for the system disk: inferred. */
  dataDiskTooSmallForImage: ['Ecs.0007', 400, 'The data disk is smaller than what it is made of.'],
  notADataImage: ['Ecs.0046', 400, 'A data disk is made of a data disk image only.'],
  dataImageTwice: ['Ecs.0005', 400, 'A data disk image gives one data disk of a server only.'],
  fileSystemOfFullDisk: ['Ecs.0005', 400, 'A file system is made on an empty disk only.'],
  restoredDiskUnknown: ['Ecs.0005', 400, 'The full-ECS image has no such data disk, or it is named twice.'],
  diskQuotaUsedUp: ['Ecs.0021', 400, 'The quota of disks or of their GiB is used up.'],
  passwordInvalid: [
    'Ecs.0011',
    400,
    'A password has 8 to 26 characters of three of the four kinds: upper case, lower case, digits, special characters.',
  ],
  keyPairNotFound: ['Ecs.0314', 400, 'No key pair has this name.'],
  userDataInvalid: ['Ecs.0005', 400, 'User data is base64 and at most 32 KiB when decoded.'],
  metadataInvalid: [
    'Ecs.0005',
    400,
    'Metadata is at most 10 pairs of a key and a value of up to 255 characters; each key occurs once.',
  ],
  tooManyTags: ['Ecs.0905', 400, 'A server has at most 10 tags.'],
  tagTooLong: ['Ecs.0906', 400, 'A tag has a key of 1 to 36 and a value of up to 43 characters.'],
  tagInvalid: ['Ecs.0907', 400, 'A tag has letters, digits, "-" and "_" only.'],
  tagTwice: ['Ecs.0908', 400, 'A tag key occurs twice.'],
  networkInvalid: ['Ecs.0014', 400, 'VPC, subnet and security group do not fit together.'],
  subnetNotFound: ['Ecs.0038', 400, 'No subnet has this id.'],
  noFreeAddress: ['Ecs.0012', 400, 'The subnet has no free address.'],
  addressInUse: ['Ecs.0010', 400, 'The address is in use.'],
  addressOutsideSubnet: ['Ecs.0039', 400, 'The address is not one of the subnet.'],
  tooManyNics: ['Ecs.0050', 400, 'A server has 1 to 12 network interfaces.'],
  /** One engine network stands for a subnet, and a server is in it once. */
  subnetTwice: ['Ecs.0014', 400, 'A server has one network interface in a subnet.'],
  nicsOfSeveralVpcs: ['Ecs.0064', 400, 'The network interfaces of a server are in one VPC.'],
  portNotFound: ['Ecs.0014', 400, 'No port has this id.'],
  portQuotaUsedUp: ['Ecs.0001', 400, 'The quota of ports is used up.'],
  portInUse: ['Ecs.0919', 400, 'The port belongs to another server.'],
  securityGroupNotFound: ['Ecs.0014', 400, 'No security group has this id.'],
  tooManySecurityGroups: ['Ecs.0014', 400, 'A network interface has at most 10 security groups.'],

  publicAddressNotFound: ['Ecs.0005', 400, 'No elastic IP has this id.'],
  publicAddressUnusable: ['Ecs.0005', 409, 'The elastic IP is bound already, or the port has one.'],
  publicAddressQuotaUsedUp: ['Ecs.0013', 400, 'The quota of elastic IPs is used up.'],
  bandwidthInvalid: ['Ecs.0045', 400, 'A bandwidth has 1 to 1000 Mbit/s.'],

  // What may be done with a server
  serverNotFound: ['Ecs.0114', 404, 'No server has this id.'],
  serversNotFound: ['Ecs.0614', 404, 'None of the servers exists.'],
  statusWrong: ['Ecs.0100', 400, 'The status of the server does not allow this.'],
  /** No code says busy in general: a running task counts as a status that does not allow it (inferred). */
  serverBusy: ['Ecs.0100', 400, 'Another task of the server is running.'],
  nicNotFound: ['Ecs.0085', 400, 'The server has no such network interface.'],
  nicIsPrimary: ['Ecs.0086', 403, 'The primary network interface stays with its server.'],
  flavorUnchanged: ['Ecs.0009', 400, 'The server has this flavor already.'],

  // Attaching and detaching disks; which code answers which case is inferred where the list has several
  diskAttachedElsewhere: ['Ecs.0017', 400, 'The disk belongs to another server.'],
  diskAttached: ['Ecs.0057', 400, 'The disk is attached to the server already.'],
  diskNotAvailable: ['Ecs.0103', 400, 'The disk is not available.'],
  noMoreDisks: ['Ecs.0104', 400, 'No more disks can be attached to the server, or the disk to no more servers.'],
  diskInOtherZone: ['Ecs.0121', 400, 'Disk and server are in different availability zones.'],
  deviceInvalid: ['Ecs.0005', 400, 'A data disk is at a device from /dev/vdb on that is free.'],
  diskReadOnly: ['Ecs.0103', 400, 'The server may only read the disk.'],
  diskNotAttached: ['Ecs.0111', 400, 'The disk is not attached to the server.'],
  systemDiskStays: ['Ecs.0102', 400, 'The system disk of a server cannot be detached.'],
  diskNotDetachable: ['Ecs.0102', 400, 'The disk cannot be detached in its status.'],
  diskInUse: ['Ecs.0102', 400, 'Something in the server uses the disk: unmount it there, or force.'],

  // How a job ends that cannot do its work
  attachmentUnchangeable: ['Ecs.0617', 400, 'The system disk goes with its server.'],
  attachFailed: ['Ecs.0205', 400, 'The disk could not be attached.'],
  detachFailed: ['Ecs.0405', 400, 'The disk could not be detached.'],
  diskNotCreated: ['Ecs.0202', 400, 'The system disk could not be created.'],
  dataDiskNotCreated: ['Ecs.0203', 400, 'A data disk could not be created.'],
  systemDiskBackedUp: ['Ecs.0073', 400, 'The system disk is being backed up.'],
  portNotCreated: ['Ecs.0212', 400, 'No address could be assigned.'],
  addressNotBound: ['Ecs.0210', 400, 'The elastic IP could not be bound.'],
  serverNotCreated: ['Ecs.0204', 400, 'The server could not be created.'],
  serverNotStarted: ['Ecs.0226', 400, 'The server could not be started.'],
  serverNotStopped: ['Ecs.1000', 400, 'The server could not be stopped.'],
  serverNotRebooted: ['Ecs.0227', 400, 'The server could not be rebooted.'],
  serverNotResized: ['Ecs.0207', 400, 'The server could not be resized.'],
  nicNotAttached: ['Ecs.0217', 400, 'The network interface could not be attached.'],
  nicNotDetached: ['Ecs.0507', 400, 'The network interface could not be deleted.'],
  serverNotDeleted: ['Ecs.0501', 400, 'The server could not be deleted.'],

  // Key pairs: the Nova face has them, its errors carry a status and no code; the native codes are the nearest (inferred)
  keyPairNameInvalid: ['Ecs.0005', 400, 'A key pair name has 1 to 64 letters, digits, "-" and "_".'],
  publicKeyInvalid: [
    'Ecs.0005',
    400,
    'A public key is one line of up to 1024 characters: ssh-ed25519, ssh-rsa or ecdsa-sha2-nistp….',
  ],
  keyPairExists: ['Ecs.0005', 409, 'A key pair of this name exists.'],
  keyPairQuotaUsedUp: ['Ecs.0001', 403, 'The quota of key pairs is used up.'],
});
