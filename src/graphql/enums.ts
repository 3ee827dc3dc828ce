/** Enumerations in the cloud's own words. Each value says what it means. */
import { builder } from './builder.ts';

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way a list is sorted.',
  values: {
    ASC: { value: 'asc', description: 'Smallest, oldest or first in the alphabet first.' },
    DESC: { value: 'desc', description: 'Largest, newest or last in the alphabet first.' },
  } as const,
});

export const OsType = builder.enumType('OsType', {
  description: 'Family of an operating system.',
  values: {
    LINUX: { description: 'Any Linux.' },
    WINDOWS: { description: 'Any Windows.' },
    OTHER: { description: 'Neither.' },
  } as const,
});

export const ImageStatus = builder.enumType('ImageStatus', {
  description: 'Where an image is in its life.',
  values: {
    QUEUED: { description: 'Ordered; its bytes are not there yet.' },
    SAVING: { description: 'Its bytes are being copied and checked.' },
    ACTIVE: { description: 'Ready: can be launched from and shared.' },
    KILLED: { description: 'Could not be made; its record goes.' },
    DELETED: { description: 'Gone. Only events say so.' },
  } as const,
});

export const ListedImageStatus = builder.enumType('ListedImageStatus', {
  description: 'A status that an image in a list can have.',
  values: {
    QUEUED: { description: 'Ordered.' },
    SAVING: { description: 'Being copied and checked.' },
    ACTIVE: { description: 'Ready.' },
    KILLED: { description: 'Could not be made.' },
  } as const,
});

export const ImageOrderKey = builder.enumType('ImageOrderKey', {
  description: 'What images can be sorted by.',
  values: {
    CREATED_AT: { description: 'When they were ordered.' },
    UPDATED_AT: { description: 'When they changed last.' },
    NAME: { description: 'Their name.' },
  } as const,
});

export const ServerOrderKey = builder.enumType('ServerOrderKey', {
  description: 'What servers can be sorted by.',
  values: {
    CREATED_AT: { description: 'When they were ordered.' },
    NAME: { description: 'Their name.' },
  } as const,
});

export const DiskOrderKey = builder.enumType('DiskOrderKey', {
  description: 'What disks can be sorted by.',
  values: {
    CREATED_AT: { description: 'When they were ordered.' },
    NAME: { description: 'Their name.' },
  } as const,
});

export const ImageVisibility = builder.enumType('ImageVisibility', {
  description: 'Who an image is for.',
  values: {
    PUBLIC: { description: 'Everyone in every region.' },
    PRIVATE: { description: 'Its owner, and the tenants that it is shared with.' },
  } as const,
});

export const ImageRelation = builder.enumType('ImageRelation', {
  description: 'What an image is to the caller.',
  values: {
    OWN: { description: 'The caller’s tenant made it.' },
    PUBLIC: { description: 'It is for everyone.' },
    SHARED: { description: 'Another tenant shares it with the caller’s.' },
  } as const,
});

export const MemberStatus = builder.enumType('MemberStatus', {
  description: 'What a tenant has answered to an image that is shared with it.',
  values: {
    PENDING: { description: 'Nothing yet.' },
    ACCEPTED: { description: 'It is in the tenant’s list.' },
    REJECTED: { description: 'It is not in the tenant’s list; it can still be accepted.' },
  } as const,
});

export const ShareAnswer = builder.enumType('ShareAnswer', {
  description: 'What a tenant can answer to an image that is shared with it, as often as it likes.',
  values: {
    ACCEPTED: { description: 'Put it into the list.' },
    REJECTED: { description: 'Take it off the list.' },
  } as const,
});

export const ImageKind = builder.enumType('ImageKind', {
  description: 'What an image is made of.',
  values: {
    SYSTEM: { description: 'A system disk: servers boot from it.' },
    DATA: { description: 'A data disk.' },
    FULL_ECS: { description: 'All disks of a cloud server.' },
    BARE_METAL: { description: 'A system disk for bare-metal servers.' },
  } as const,
});

export const ImageType = builder.enumType('ImageType', {
  description: 'The machines that a system disk image is for.',
  values: {
    ECS: { description: 'Cloud servers, `FusionCompute` to the service; the image is of the kind SYSTEM.' },
    BMS: { description: 'Bare-metal servers, `Ironic` to the service; the image is of the kind BARE_METAL.' },
  } as const,
});

export const ImageContent = builder.enumType('ImageContent', {
  description: 'What bytes are behind an image.',
  values: {
    NOT_YET: {
      description:
        'A public image that nobody has used yet, or that was found damaged since: its bytes are made on the next use.',
    },
    REAL: { description: 'The operating system that the image says.' },
    PLACEHOLDER: { description: 'A tiny base system under the image’s name; `contentNote` says why.' },
  } as const,
});

export const Architecture = builder.enumType('Architecture', {
  description: 'Processor that an image is for.',
  values: { X86: { description: '64-bit x86.' }, ARM: { description: '64-bit ARM.' } } as const,
});

export const Firmware = builder.enumType('Firmware', {
  description: 'How an image boots.',
  values: { BIOS: { description: 'The old way.' }, UEFI: { description: 'The new way.' } } as const,
});

export const JobStatus = builder.enumType('JobStatus', {
  description: 'Where a job is.',
  values: {
    INIT: { description: 'Ordered; waits for its turn.' },
    RUNNING: { description: 'Under way, or taking back what it did.' },
    SUCCESS: { description: 'Over: all is done.' },
    FAIL: { description: 'Over: nothing half-made is left, `error` says why.' },
    CANCELLED: { description: 'Over: cancelled, and taken back.' },
  } as const,
});

export const ServerStatus = builder.enumType('ServerStatus', {
  description: 'Status of a server, as the compute service spells it.',
  values: {
    BUILD: { description: 'Being made.' },
    ACTIVE: { description: 'Its system runs.' },
    SHUTOFF: { description: 'Powered off.' },
    REBOOT: { description: 'Restarting, by asking the system.' },
    HARD_REBOOT: { description: 'Restarting, without asking.' },
    REBUILD: { description: 'Being given its system anew.' },
    RESIZE: { description: 'Being given another flavor.' },
    ERROR: { description: 'Something went wrong; `fault` says what.' },
  } as const,
});

export const ServerKind = builder.enumType('ServerKind', {
  description: 'What a server is.',
  values: {
    CLOUD: { description: 'A cloud server (ECS).' },
    BARE_METAL: { description: 'A bare-metal server (BMS): a machine of its own.' },
  } as const,
});

export const PowerState = builder.enumType('PowerState', {
  description: 'What a management controller says of the power of its machine.',
  values: { ON: { description: 'On.' }, OFF: { description: 'Off.' } } as const,
});

export const PowerType = builder.enumType('PowerType', {
  description: 'How a server is powered off or restarted.',
  values: {
    SOFT: { description: 'The system is asked and gets 30 s.' },
    HARD: { description: 'Like pulling the plug.' },
  } as const,
});

export const DiskStatus = builder.enumType('DiskStatus', {
  description: 'Status of a disk.',
  values: {
    CREATING: { description: 'Being made.' },
    DOWNLOADING: { description: 'Being made; an image is copied into it.' },
    AVAILABLE: { description: 'Attached to no server.' },
    ATTACHING: { description: 'Being attached.' },
    IN_USE: { description: 'Attached to a server.' },
    DETACHING: { description: 'Being detached.' },
    EXTENDING: { description: 'Being made larger.' },
    RETYPING: { description: 'Being given another type.' },
    UPLOADING: { description: 'Being copied for an image.' },
    BACKING_UP: { description: 'Being copied for a backup.' },
    RESTORING_BACKUP: { description: 'A backup is being written over it.' },
    ROLLBACKING: { description: 'Going back to one of its snapshots.' },
    DELETING: { description: 'Being deleted.' },
    ERROR: { description: 'Could not be made.' },
    ERROR_DELETING: { description: 'Could not be deleted.' },
    ERROR_EXTENDING: { description: 'Could not be made larger.' },
    ERROR_RESTORING: { description: 'A restore broke off; what it holds is not to be trusted.' },
    ERROR_ROLLBACKING: { description: 'A roll-back broke off.' },
  } as const,
});

export const SnapshotStatus = builder.enumType('SnapshotStatus', {
  description: 'Status of a snapshot.',
  values: {
    CREATING: { description: 'Being made.' },
    AVAILABLE: { description: 'Ready.' },
    ROLLBACKING: { description: 'Its disk is going back to it.' },
    DELETING: { description: 'Being deleted.' },
    ERROR: { description: 'Could not be made.' },
    ERROR_DELETING: { description: 'Could not be deleted.' },
  } as const,
});

export const DiskDeviceType = builder.enumType('DiskDeviceType', {
  description: 'How a disk is connected.',
  values: {
    VBD: { description: 'Virtual block device: simple reads and writes.' },
    SCSI: { description: 'SCSI pass-through; the only one for bare-metal servers.' },
  } as const,
});

export const FileSystem = builder.enumType('FileSystem', {
  description: 'What an empty disk is formatted with.',
  values: { EXT4: { description: 'ext4, as large as the disk.' } } as const,
});

export const DiskType = builder.enumType('DiskType', {
  description: 'Performance class of a disk. All are equally fast here.',
  values: {
    SATA: { description: 'Ordinary I/O.' },
    SAS: { description: 'High I/O.' },
    SSD: { description: 'Ultra-high I/O.' },
    GPSSD: { description: 'General purpose SSD.' },
    ESSD: { description: 'Extreme SSD.' },
  } as const,
});

export const RuleDirection = builder.enumType('RuleDirection', {
  description: 'Which traffic a rule of a security group lets through.',
  values: {
    INGRESS: { description: 'To members of the group.' },
    EGRESS: { description: 'From members of the group.' },
  } as const,
});

export const RuleAction = builder.enumType('RuleAction', {
  description: 'What a rule does with the traffic that it fits.',
  values: { ALLOW: { description: 'Lets it through.' }, DENY: { description: 'Stops it.' } } as const,
});

export const EtherType = builder.enumType('EtherType', {
  description: 'IP version of a rule.',
  values: { IPV4: { description: 'IPv4.' }, IPV6: { description: 'IPv6; servers have no such addresses here.' } } as const,
});

export const Role = builder.enumType('Role', {
  description: 'What a user may do.',
  values: {
    ADMINISTRATOR: { description: 'Everything, and administer the cloud itself.' },
    TENANT_ADMIN: { description: 'Everything within its tenants.' },
    READER: { description: 'Look at what its tenants have.' },
  } as const,
});

export const VpcStatus = builder.enumType('VpcStatus', {
  description: 'Status of a VPC.',
  values: {
    CREATING: { description: 'Being made; never here: it is there at once.' },
    OK: { description: 'Usable.' },
  } as const,
});

export const SubnetStatus = builder.enumType('SubnetStatus', {
  description: 'Status of a subnet.',
  values: {
    UNKNOWN: { description: 'Being made; never here: it is there at once.' },
    ACTIVE: { description: 'Usable.' },
    ERROR: { description: 'Could not be made; never here.' },
  } as const,
});

export const PortStatus = builder.enumType('PortStatus', {
  description: 'Status of a port.',
  values: {
    ACTIVE: { description: 'Its server runs.' },
    BUILD: { description: 'Its server is being made, or is being given the port.' },
    DOWN: { description: 'No server has it, or one that does not run.' },
  } as const,
});

export const PublicAddressStatus = builder.enumType('PublicAddressStatus', {
  description: 'Status of an elastic IP.',
  values: {
    DOWN: { description: 'Bound to nothing.' },
    BINDING: { description: 'Bound to a port whose server is being made, or is being given the port.' },
    ACTIVE: { description: 'Bound.' },
    BIND_ERROR: {
      description: 'Bound, but it does not lead there: it could not be bound again after a restart. Each start tries anew.',
    },
  } as const,
});

export const PublicAddressType = builder.enumType('PublicAddressType', {
  description: 'How an elastic IP is routed.',
  values: {
    BGP: { description: 'Dynamic BGP, `5_bgp` to the service.' },
    STATIC_BGP: { description: 'Static BGP, `5_sbgp`.' },
    MAIL_BGP: { description: 'BGP for mail, `5_mailbgp`.' },
  } as const,
});

export const BandwidthShareType = builder.enumType('BandwidthShareType', {
  description: 'Whether elastic IPs share a bandwidth.',
  values: {
    PER: { description: 'Each has its own.' },
    WHOLE: { description: 'They share one; refused, there are none.' },
  } as const,
});

export const BackupObject = builder.enumType('BackupObject', {
  description: 'What is backed up.',
  values: { SERVER: { description: 'A cloud server with its disks.' }, DISK: { description: 'A disk.' } } as const,
});

export const VaultProtectType = builder.enumType('VaultProtectType', {
  description: 'What a vault is for.',
  values: {
    BACKUP: { description: 'Backups that are made here.' },
    REPLICATION: { description: 'Copies from other regions; none come here.' },
  } as const,
});

export const VaultStatus = builder.enumType('VaultStatus', {
  description: 'Status of a vault.',
  values: {
    AVAILABLE: { description: 'Usable.' },
    LOCK: { description: 'Locked by billing; never here.' },
    FROZEN: { description: 'Frozen by billing; never here.' },
    DELETING: { description: 'Being deleted with its backups.' },
    ERROR: { description: 'Could not be deleted.' },
  } as const,
});

export const ProtectStatus = builder.enumType('ProtectStatus', {
  description: 'How a server or disk fares in its vault.',
  values: {
    AVAILABLE: { description: 'Nothing is being done with it by the backup service.' },
    ERROR: { description: 'Could not be backed up; never here: `skipped` of the checkpoint says it.' },
    PROTECTING: { description: 'A backup of it is being made.' },
    RESTORING: { description: 'A backup of it is being restored, or waits for that.' },
    REMOVING: { description: 'It goes with its vault, which is being deleted.' },
  } as const,
});

export const CheckpointStatus = builder.enumType('CheckpointStatus', {
  description: 'Where a run over a vault is.',
  values: {
    PROTECTING: { description: 'Backups are being made.' },
    AVAILABLE: { description: 'All that could be backed up is.' },
    DELETING: { description: 'Being deleted; never here.' },
    DELETED: { description: 'Deleted; never here.' },
    ERROR_DELETING: { description: 'Could not be deleted; never here.' },
    ERROR: { description: 'Nothing could be backed up; `skipped` says why.' },
  } as const,
});

export const BackupStatus = builder.enumType('BackupStatus', {
  description: 'Where a backup is in its life.',
  values: {
    WAITING_PROTECT: { description: 'Ordered; the disks are not copied yet.' },
    PROTECTING: { description: 'The disks are copied and being read through. An image can stand on it.' },
    AVAILABLE: { description: 'Whole and checked: it can be restored.' },
    WAITING_RESTORE: { description: 'To be written over disks; that has not begun.' },
    RESTORING: { description: 'Being written over disks.' },
    WAITING_DELETE: { description: 'To be deleted; that has not begun.' },
    DELETING: { description: 'Being deleted.' },
    ERROR: { description: 'Could not be made; its record goes.' },
  } as const,
});

export const BackupRelation = builder.enumType('BackupRelation', {
  description: 'What a backup is to the caller.',
  values: {
    OWN: { description: 'The caller’s tenant made it.' },
    SHARED: { description: 'Another tenant shares it with the caller’s, whatever that has answered.' },
  } as const,
});

export const KeptKind = builder.enumType('KeptKind', {
  description: 'What has bytes that are kept.',
  values: {
    IMAGE: { description: 'An image.' },
    BACKUP: { description: 'A backup of a disk.' },
    SNAPSHOT: { description: 'A snapshot of a disk.' },
    DISK: { description: 'A disk.' },
    SERVER: { description: 'A bare-metal server, for the disk of its own.' },
  } as const,
});
