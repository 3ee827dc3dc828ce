/** Payload fields that many mutations share: what an operation answers by id, looked up. */
import type { GraphQLContext } from './builder.ts';
import { findJob, type JobView } from './job-view.ts';
import {
  BackupPolicyRef,
  BackupRef,
  DiskRef,
  DiskSnapshotRef,
  ImageRef,
  JobRef,
  PortRef,
  PublicAddressRef,
  SecurityGroupRef,
  ServerRef,
  SubnetRef,
  VaultRef,
  VpcRef,
} from './refs.ts';

const Disks: [typeof DiskRef] = [DiskRef];
const Images: [typeof ImageRef] = [ImageRef];
const Servers: [typeof ServerRef] = [ServerRef];
const eachMayBeGone = { list: false, items: true } as const;

export const jobOfAnswer = {
  type: JobRef,
  description: 'The job that does it. Watch it with the subscription `jobProgress`.',
  resolve: ({ jobId }: { jobId: string }, _args: object, { session }: GraphQLContext): Promise<JobView> =>
    findJob(session, jobId),
} as const;

export const diskOfAnswer = {
  type: DiskRef,
  nullable: true,
  description: 'The disk as it stands now; null if it is gone already.',
  resolve: ({ diskId }: { diskId: string }, _args: object, { session }: GraphQLContext) => session.loaders.disks.load(diskId),
} as const;

export const disksOfAnswer = {
  type: Disks,
  nullable: eachMayBeGone,
  description: 'The disks as they stand now; null for those that are gone already.',
  resolve: ({ diskIds }: { diskIds: readonly string[] }, _args: object, { session }: GraphQLContext) =>
    diskIds.map(id => session.loaders.disks.load(id)),
} as const;

export const snapshotOfAnswer = {
  type: DiskSnapshotRef,
  nullable: true,
  description: 'The snapshot as it stands now; null if it is gone already.',
  resolve: ({ snapshotId }: { snapshotId: string }, _args: object, { session }: GraphQLContext) =>
    session.loaders.diskSnapshots.load(snapshotId),
} as const;

export const imageOfAnswer = {
  type: ImageRef,
  nullable: true,
  description: 'The image as it stands now; null if it is gone already.',
  resolve: ({ imageId }: { imageId: string }, _args: object, { session }: GraphQLContext) => session.loaders.images.load(imageId),
} as const;

export const imagesOfAnswer = {
  type: Images,
  nullable: eachMayBeGone,
  description: 'The images as they stand now; null for those that are gone already.',
  resolve: ({ imageIds }: { imageIds: readonly string[] }, _args: object, { session }: GraphQLContext) =>
    imageIds.map(id => session.loaders.images.load(id)),
} as const;

export const serverOfAnswer = {
  type: ServerRef,
  nullable: true,
  description: 'The server as it stands now; null if it is gone already.',
  resolve: ({ serverId }: { serverId: string }, _args: object, { session }: GraphQLContext) =>
    session.loaders.servers.load(serverId),
} as const;

export const serversOfAnswer = {
  type: Servers,
  nullable: eachMayBeGone,
  description: 'The servers as they stand now; null for those that are gone already.',
  resolve: ({ serverIds }: { serverIds: readonly string[] }, _args: object, { session }: GraphQLContext) =>
    serverIds.map(id => session.loaders.servers.load(id)),
} as const;

export const vpcOfAnswer = {
  type: VpcRef,
  nullable: true,
  description: 'The VPC as it stands now.',
  resolve: ({ vpcId }: { vpcId: string }, _args: object, { session }: GraphQLContext) => session.loaders.vpcs.load(vpcId),
} as const;

export const subnetOfAnswer = {
  type: SubnetRef,
  nullable: true,
  description: 'The subnet as it stands now.',
  resolve: ({ subnetId }: { subnetId: string }, _args: object, { session }: GraphQLContext) =>
    session.loaders.subnets.load(subnetId),
} as const;

export const portOfAnswer = {
  type: PortRef,
  nullable: true,
  description: 'The port as it stands now.',
  resolve: ({ portId }: { portId: string }, _args: object, { session }: GraphQLContext) => session.loaders.ports.load(portId),
} as const;

export const securityGroupOfAnswer = {
  type: SecurityGroupRef,
  nullable: true,
  description: 'The security group as it stands now.',
  resolve: ({ securityGroupId }: { securityGroupId: string }, _args: object, { session }: GraphQLContext) =>
    session.loaders.securityGroups.load(securityGroupId),
} as const;

export const publicAddressOfAnswer = {
  type: PublicAddressRef,
  nullable: true,
  description: 'The elastic IP as it stands now.',
  resolve: ({ publicAddressId }: { publicAddressId: string }, _args: object, { session }: GraphQLContext) =>
    session.loaders.publicAddresses.load(publicAddressId),
} as const;

export const vaultOfAnswer = {
  type: VaultRef,
  nullable: true,
  description: 'The vault as it stands now; null if it is gone already.',
  resolve: ({ vaultId }: { vaultId: string }, _args: object, { session }: GraphQLContext) => session.loaders.vaults.load(vaultId),
} as const;

export const backupOfAnswer = {
  type: BackupRef,
  nullable: true,
  description: 'The backup as it stands now; null if it is gone already.',
  resolve: ({ backupId }: { backupId: string }, _args: object, { session }: GraphQLContext) =>
    session.loaders.backups.load(backupId),
} as const;

export const backupPolicyOfAnswer = {
  type: BackupPolicyRef,
  nullable: true,
  description: 'The policy as it stands now; null if it is gone already.',
  resolve: ({ policyId }: { policyId: string }, _args: object, { session }: GraphQLContext) =>
    session.loaders.backupPolicies.load(policyId),
} as const;
