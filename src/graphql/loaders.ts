import { getBackupPolicy } from '../../emulator/backups/operations/policies.ts';
import {
  getBackup,
  getCheckpoint,
  listBackupImages,
  listBackupMembers,
  listBackupParts,
} from '../../emulator/backups/operations/read-backups.ts';
import {
  describeVaultResources,
  getVault,
  listVaultResources,
  listVaultTags,
} from '../../emulator/backups/operations/read-vaults.ts';
import type { ResourceState } from '../../emulator/backups/resource-states.ts';
import type { AttachedDisk } from '../../emulator/disks/attachments.ts';
import { getDisk, listDiskAttachments, listDiskTags } from '../../emulator/disks/operations/get-disk.ts';
import { getDiskSnapshot } from '../../emulator/disks/operations/read-snapshots.ts';
import { type DescribedTenant, describeTenants, listDomainTenants } from '../../emulator/identity/operations.ts';
import { getImage, listImageMembers, listImageTags } from '../../emulator/images/operations/get-image.ts';
import { listSubJobs } from '../../emulator/jobs/operations.ts';
import { getKeyPair } from '../../emulator/keypairs/operations.ts';
import { describeSubnets, getPort, getVpc } from '../../emulator/networks/operations/read-networks.ts';
import { getPublicAddress, listPortPublicAddresses } from '../../emulator/networks/operations/read-public-addresses.ts';
import {
  type GroupOfPort,
  getSecurityGroup,
  listPortSecurityGroups,
  listSecurityGroupRules,
} from '../../emulator/networks/operations/read-security-groups.ts';
import type { ShownPort } from '../../emulator/networks/port-status.ts';
import type { ShownPublicAddress } from '../../emulator/networks/public-address-status.ts';
import type { Flavor } from '../../emulator/servers/flavors.ts';
import { getServer, listServerDisks, listServerPorts, listServerTags } from '../../emulator/servers/operations/get-server.ts';
import { getFlavor } from '../../emulator/servers/operations/list-flavors.ts';
import type {
  Backup,
  BackupMember,
  BackupPolicy,
  Checkpoint,
  Disk,
  DiskSnapshot,
  DiskTag,
  Image,
  ImageMember,
  ImageTag,
  KeyPair,
  SecurityGroup,
  SecurityGroupRule,
  Server,
  ServerTag,
  Subnet,
  Vault,
  VaultResource,
  VaultTag,
  Vpc,
} from '../../emulator/store/generated/client.ts';
import { BatchLoader } from './batch-loader.ts';
import { findJob, type JobView, viewOfJob } from './job-view.ts';
import { orNull } from './or-null.ts';
import type { Session } from './session.ts';

/** What nested fields look up, each in one go for all the parents of a level. Rows that the caller may not see are null. */
export class Loaders {
  readonly images: BatchLoader<Image | null>;
  readonly imageTags: BatchLoader<readonly ImageTag[]>;
  readonly imageMembers: BatchLoader<readonly ImageMember[]>;
  readonly tenants: BatchLoader<DescribedTenant | null>;
  readonly domainTenants: BatchLoader<readonly DescribedTenant[]>;
  readonly jobs: BatchLoader<JobView | null>;
  readonly subJobs: BatchLoader<readonly JobView[]>;
  readonly servers: BatchLoader<Server | null>;
  readonly serverTags: BatchLoader<readonly ServerTag[]>;
  readonly serverAttachments: BatchLoader<readonly AttachedDisk[]>;
  readonly disks: BatchLoader<Disk | null>;
  readonly diskSnapshots: BatchLoader<DiskSnapshot | null>;
  readonly diskTags: BatchLoader<readonly DiskTag[]>;
  readonly diskAttachments: BatchLoader<readonly AttachedDisk[]>;
  readonly serverPorts: BatchLoader<readonly ShownPort[]>;
  readonly flavors: BatchLoader<Flavor | null>;
  readonly keyPairs: BatchLoader<KeyPair | null>;
  readonly vpcs: BatchLoader<Vpc | null>;
  readonly subnets: BatchLoader<Subnet | null>;
  readonly ports: BatchLoader<ShownPort | null>;
  readonly securityGroups: BatchLoader<SecurityGroup | null>;
  readonly securityGroupRules: BatchLoader<readonly SecurityGroupRule[]>;
  readonly portSecurityGroups: BatchLoader<readonly GroupOfPort[]>;
  readonly publicAddresses: BatchLoader<ShownPublicAddress | null>;
  readonly portPublicAddresses: BatchLoader<readonly ShownPublicAddress[]>;
  readonly vaults: BatchLoader<Vault | null>;
  readonly vaultResources: BatchLoader<readonly VaultResource[]>;
  readonly vaultResourceStates: BatchLoader<ResourceState | null>;
  readonly vaultTags: BatchLoader<readonly VaultTag[]>;
  readonly checkpoints: BatchLoader<Checkpoint | null>;
  readonly backups: BatchLoader<Backup | null>;
  readonly backupParts: BatchLoader<readonly Backup[]>;
  readonly backupMembers: BatchLoader<readonly BackupMember[]>;
  readonly backupImages: BatchLoader<Image | null>;
  readonly backupPolicies: BatchLoader<BackupPolicy | null>;

  constructor(session: Session) {
    this.images = oneByOne(imageId => session.run(getImage, { imageId }));
    this.imageTags = lists(imageIds => session.run(listImageTags, { imageIds }), 'imageId');
    this.imageMembers = lists(imageIds => session.run(listImageMembers, { imageIds }), 'imageId');
    this.tenants = rows(tenantIds => session.run(describeTenants, { tenantIds }), 'id');
    this.domainTenants = lists(domainIds => session.run(listDomainTenants, { domainIds }), 'domainId');
    this.jobs = oneByOne(jobId => findJob(session, jobId));
    this.subJobs = lists(
      async jobIds => (await session.run(listSubJobs, { jobIds })).map(job => viewOfJob(session, job)),
      'parentId',
    );
    this.servers = oneByOne(serverId => session.run(getServer, { serverId }));
    this.serverTags = lists(serverIds => session.run(listServerTags, { serverIds }), 'serverId');
    this.serverAttachments = lists(serverIds => session.run(listServerDisks, { serverIds }), 'serverId');
    this.disks = oneByOne(diskId => session.run(getDisk, { diskId }));
    this.diskSnapshots = oneByOne(snapshotId => session.run(getDiskSnapshot, { snapshotId }));
    this.diskTags = lists(diskIds => session.run(listDiskTags, { diskIds }), 'diskId');
    this.diskAttachments = lists(diskIds => session.run(listDiskAttachments, { diskIds }), 'diskId');
    this.serverPorts = lists(serverIds => session.run(listServerPorts, { serverIds }), 'serverId');
    this.flavors = oneByOne(flavorId => session.run(getFlavor, { flavorId }));
    this.keyPairs = oneByOne(name => session.run(getKeyPair, { name }));
    this.vpcs = oneByOne(vpcId => session.run(getVpc, { vpcId }));
    this.ports = oneByOne(portId => session.run(getPort, { portId }));
    this.securityGroups = oneByOne(securityGroupId => session.run(getSecurityGroup, { securityGroupId }));
    this.securityGroupRules = lists(securityGroupIds => session.run(listSecurityGroupRules, { securityGroupIds }), 'groupId');
    this.portSecurityGroups = lists(portIds => session.run(listPortSecurityGroups, { portIds }), 'portId');
    this.publicAddresses = oneByOne(publicAddressId => session.run(getPublicAddress, { publicAddressId }));
    this.portPublicAddresses = lists(portIds => session.run(listPortPublicAddresses, { portIds }), 'portId');
    this.subnets = rows(subnetIds => session.run(describeSubnets, { subnetIds }), 'id');
    this.vaults = oneByOne(vaultId => session.run(getVault, { vaultId }));
    this.vaultResources = lists(vaultIds => session.run(listVaultResources, { vaultIds }), 'vaultId');
    this.vaultResourceStates = rows(resourceIds => session.run(describeVaultResources, { resourceIds }), 'resourceId');
    this.vaultTags = lists(vaultIds => session.run(listVaultTags, { vaultIds }), 'vaultId');
    this.checkpoints = oneByOne(checkpointId => session.run(getCheckpoint, { checkpointId }));
    this.backups = oneByOne(backupId => session.run(getBackup, { backupId }));
    this.backupParts = lists(backupIds => session.run(listBackupParts, { backupIds }), 'parentId');
    this.backupMembers = lists(backupIds => session.run(listBackupMembers, { backupIds }), 'backupId');
    this.backupImages = rows(backupIds => session.run(listBackupImages, { backupIds }), 'backupId');
    this.backupPolicies = oneByOne(policyId => session.run(getBackupPolicy, { policyId }));
  }
}

type Load<Row> = (keys: string[]) => Promise<readonly Row[]>;

/** A row for each key. */
function rows<Row extends object>(load: Load<Row>, key: keyof Row): BatchLoader<Row | null> {
  return new BatchLoader<Row | null>(async keys => new Map((await load([...keys])).map(row => [String(row[key]), row])), null);
}

/** A list of rows for each key. */
function lists<Row extends object>(load: Load<Row>, key: keyof Row): BatchLoader<readonly Row[]> {
  return new BatchLoader<readonly Row[]>(async keys => {
    const found = new Map<string, Row[]>();
    for (const row of await load([...keys])) {
      const list = found.get(String(row[key]));
      if (list) list.push(row);
      else found.set(String(row[key]), [row]);
    }
    return found;
  }, []);
}

/** Looked up side by side: from the cloud's row cache, and what is not there in one query, for the database client gathers those. */
function oneByOne<Row>(get: (key: string) => Promise<Row>): BatchLoader<Row | null> {
  return new BatchLoader<Row | null>(
    async keys => new Map(await Promise.all(keys.map(async key => [key, await orNull(get(key))] as const))),
    null,
  );
}
