/** The object types, without their fields: nouns name each other, and their files would go round in circles. */

import type { SkippedResource } from '../../emulator/backups/settle-checkpoint.ts';
import type { AttachedDisk } from '../../emulator/disks/attachments.ts';
import type { CloudEvent } from '../../emulator/events/event.ts';
import type { FaultRule } from '../../emulator/faults/fault-rule.ts';
import type { DescribedTenant } from '../../emulator/identity/operations.ts';
import type { ShownPort } from '../../emulator/networks/port-status.ts';
import type { ShownPublicAddress } from '../../emulator/networks/public-address-status.ts';
import type { RegionSpec } from '../../emulator/regions.ts';
import type { Flavor } from '../../emulator/servers/flavors.ts';
import type {
  Backup,
  BackupMember,
  BackupPolicy,
  Checkpoint,
  Disk,
  DiskSnapshot,
  Domain,
  Image,
  ImageMember,
  KeyPair,
  SecurityGroup,
  Server,
  Subnet,
  Vault,
  VaultResource,
  Vpc,
} from '../../emulator/store/generated/client.ts';
import { builder } from './builder.ts';
import type { JobView } from './job-view.ts';

export const NodeRef = builder.nodeInterfaceRef();
export const HasFilesRef = builder.interfaceRef<{ readonly id: string }>('HasFiles');
export const ImageRef = builder.objectRef<Image>('Image');
export const ImageMemberRef = builder.objectRef<ImageMember>('ImageMember');
export const JobRef = builder.objectRef<JobView>('Job');
export const TenantRef = builder.objectRef<DescribedTenant>('Tenant');
export const DomainRef = builder.objectRef<Domain>('Domain');
export const RegionRef = builder.objectRef<RegionSpec>('Region');
export const ServerRef = builder.interfaceRef<Server>('Server');
export const CloudServerRef = builder.objectRef<Server>('CloudServer');
export const BareMetalServerRef = builder.objectRef<Server>('BareMetalServer');
export const FlavorRef = builder.objectRef<Flavor>('Flavor');
export const KeyPairRef = builder.objectRef<KeyPair>('KeyPair');
export const DiskRef = builder.objectRef<Disk>('Disk');
export const DiskSnapshotRef = builder.objectRef<DiskSnapshot>('DiskSnapshot');
export const DiskAttachmentRef = builder.objectRef<AttachedDisk>('DiskAttachment');
export const VpcRef = builder.objectRef<Vpc>('Vpc');
export const SubnetRef = builder.objectRef<Subnet>('Subnet');
export const PortRef = builder.objectRef<ShownPort>('Port');
export const PublicAddressRef = builder.objectRef<ShownPublicAddress>('PublicAddress');
export const SecurityGroupRef = builder.objectRef<SecurityGroup>('SecurityGroup');
export const VaultRef = builder.objectRef<Vault>('Vault');
export const VaultResourceRef = builder.objectRef<VaultResource>('VaultResource');
export const CheckpointRef = builder.objectRef<Checkpoint>('Checkpoint');
export const SkippedResourceRef = builder.objectRef<SkippedResource>('SkippedResource');
export const BackupRef = builder.objectRef<Backup>('Backup');
export const BackupMemberRef = builder.objectRef<BackupMember>('BackupMember');
export const BackupPolicyRef = builder.objectRef<BackupPolicy>('BackupPolicy');
export const FaultRuleRef = builder.objectRef<FaultRule>('FaultRule');
export const ServerConsolePageRef = builder.objectRef<{ offset: number; data: Buffer; next: number }>('ServerConsolePage');
export const CloudEventRef = builder.objectRef<CloudEvent>('CloudEvent');
