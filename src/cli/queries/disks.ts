import type { Client } from '../../client/client.ts';
import { JOB, type Job } from './jobs.ts';
import { type Listing, readAll } from './pages.ts';
import { ERROR } from './result.ts';

export const diskStatuses = ['CREATING', 'DOWNLOADING', 'AVAILABLE', 'ATTACHING', 'IN_USE', 'DETACHING', 'ERROR'] as const;

export interface Disk {
  readonly uuid: string;
  readonly name: string;
  readonly status: string;
  /** GiB. */
  readonly size: number;
  readonly type: string;
  readonly availabilityZone: string;
  readonly bootable: boolean;
  readonly readOnly: boolean;
  readonly shareable: boolean;
  readonly attachments: readonly {
    readonly device: string;
    readonly readOnly: boolean;
    readonly deleteOnTermination: boolean;
    readonly server: { readonly uuid: string; readonly name: string } | null;
  }[];
  readonly createdAt: string;
}

export interface DiskDetails extends Disk {
  readonly description: string;
  readonly deviceType: string;
  readonly fileSystem: string | null;
  readonly image: { readonly name: string } | null;
  readonly snapshot: { readonly name: string } | null;
  readonly damage: string | null;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

const DISK = `uuid name status size type availabilityZone bootable readOnly shareable
  attachments { device readOnly deleteOnTermination server { uuid name } } createdAt`;
export const DISK_DETAILS = `${DISK} description deviceType fileSystem image { name } snapshot { name } damage tags { key value }`;

export interface DiskFilter {
  readonly name?: string | undefined;
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  readonly availabilityZone?: string | undefined;
  readonly serverId?: string | undefined;
  readonly tags?: readonly { readonly key: string; readonly value?: string }[] | undefined;
}

const LIST = `query ($filter: DiskFilter, $first: Int, $after: String) {
  disks(filter: $filter, first: $first, after: $after) { edges { node { ${DISK} } } pageInfo { hasNextPage endCursor } }
}`;

export const listDisks = (client: Client, filter: DiskFilter, limit: number): Promise<Listing<Disk>> =>
  readAll<Disk>(client, LIST, { filter }, limit);

const SHOW = `query ($id: ID!) { disk(id: $id) { ${DISK_DETAILS} } }`;

export async function findDisk(client: Client, id: string): Promise<DiskDetails | null> {
  return (await client.query<{ disk: DiskDetails | null }>(SHOW, { id })).disk;
}

export interface NewDisks {
  readonly name: string;
  readonly size?: number | undefined;
  readonly count?: number | undefined;
  readonly type?: string | undefined;
  readonly availabilityZone?: string | undefined;
  readonly imageId?: string | undefined;
  readonly snapshotId?: string | undefined;
  readonly backupId?: string | undefined;
  readonly fileSystem?: 'EXT4' | undefined;
  readonly shareable?: boolean | undefined;
  readonly deviceType?: 'SCSI' | undefined;
  readonly serverId?: string | undefined;
  readonly device?: string | undefined;
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined;
  readonly description?: string | undefined;
}

export interface DisksChange {
  readonly job: Job;
  readonly disks: readonly (Disk | null)[];
}

const CREATE = `mutation ($input: CreateDisksInput!) {
  createDisks(input: $input) { __typename ... on CreateDisksPayload { job { ${JOB} } disks { ${DISK} } } ${ERROR} }
}`;

export const createDisks = (client: Client, input: NewDisks): Promise<DisksChange> =>
  client.mutate<DisksChange>(CREATE, { input });

/** The same with the disks as they stand now. */
export async function withDisksNow(client: Client, change: DisksChange): Promise<DisksChange> {
  const disks = await Promise.all(change.disks.map(disk => disk && findDisk(client, disk.uuid)));
  return { ...change, disks };
}

export interface DiskChange {
  readonly job: Job;
  readonly disk: Disk | null;
}

const changing = (verb: string, type: string): string => `mutation ($input: ${type}Input!) {
  ${verb}(input: $input) { __typename ... on ${type}Payload { job { ${JOB} } disk { ${DISK} } } ${ERROR} }
}`;

export interface Attachment {
  readonly diskId: string;
  readonly serverId: string;
  readonly device?: string | undefined;
  readonly readOnly?: boolean | undefined;
  readonly fileSystem?: 'EXT4' | undefined;
}

export const attachDisk = (client: Client, input: Attachment): Promise<DiskChange> =>
  client.mutate<DiskChange>(changing('attachDisk', 'AttachDisk'), { input });

export const detachDisk = (
  client: Client,
  input: { readonly diskId: string; readonly serverId: string; readonly force?: boolean | undefined },
): Promise<DiskChange> => client.mutate<DiskChange>(changing('detachDisk', 'DetachDisk'), { input });

export const extendDisk = (client: Client, diskId: string, size: number): Promise<DiskChange> =>
  client.mutate<DiskChange>(changing('extendDisk', 'ExtendDisk'), { input: { diskId, size } });

export const retypeDisk = (client: Client, diskId: string, type: string): Promise<DiskChange> =>
  client.mutate<DiskChange>(changing('retypeDisk', 'RetypeDisk'), { input: { diskId, type } });

const DELETE = `mutation ($input: DeleteDisksInput!) {
  deleteDisks(input: $input) { __typename ... on DeleteDisksPayload { job { ${JOB} } deletedDiskIds } ${ERROR} }
}`;

export interface DiskDeletion {
  readonly job: Job;
  readonly deletedDiskIds: readonly string[];
}

export const deleteDisks = (client: Client, diskIds: readonly string[], cascade: boolean): Promise<DiskDeletion> =>
  client.mutate<DiskDeletion>(DELETE, { input: { diskIds, cascade } });

/** A mutation that is done with its answer. */
const updating = <Input extends { readonly diskId: string }>(mutation: string, type: string) => {
  const document = `mutation ($input: ${type}Input!) {
    ${mutation}(input: $input) { __typename ... on ${type}Payload { disk { ${DISK_DETAILS} } } ${ERROR} }
  }`;
  return (client: Client, input: Input): Promise<UpdatedDisk> => client.mutate<UpdatedDisk>(document, { input });
};

export interface UpdatedDisk {
  readonly disk: DiskDetails;
}

interface DiskUpdate {
  readonly diskId: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

export const updateDisk = updating<DiskUpdate>('updateDisk', 'UpdateDisk');

export const setDiskReadOnly = updating<{ readonly diskId: string; readonly readOnly: boolean }>(
  'setDiskReadOnly',
  'SetDiskReadOnly',
);

export const setDiskBootable = updating<{ readonly diskId: string; readonly bootable: boolean }>(
  'setDiskBootable',
  'SetDiskBootable',
);

interface AttachmentUpdate {
  readonly diskId: string;
  readonly serverId: string;
  readonly deleteOnTermination: boolean;
}

export const updateAttachment = updating<AttachmentUpdate>('updateDiskAttachment', 'UpdateDiskAttachment');
