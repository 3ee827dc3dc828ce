import type { Client } from '../../client/client.ts';
import type { Disk } from './disks.ts';
import { JOB, type Job } from './jobs.ts';
import { type Listing, readAll } from './pages.ts';
import { ERROR } from './result.ts';

export interface DiskSnapshot {
  readonly uuid: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  /** GiB. */
  readonly size: number;
  readonly disk: Pick<Disk, 'uuid' | 'name'> | null;
  readonly createdAt: string;
}

const SNAPSHOT = 'uuid name description status size disk { uuid name } createdAt';

const LIST = `query ($filter: DiskSnapshotFilter, $first: Int, $after: String) {
  diskSnapshots(filter: $filter, first: $first, after: $after) {
    edges { node { ${SNAPSHOT} } } pageInfo { hasNextPage endCursor }
  }
}`;

export const listSnapshots = (
  client: Client,
  filter: { readonly name?: string; readonly diskId?: string | undefined },
  limit: number,
): Promise<Listing<DiskSnapshot>> => readAll<DiskSnapshot>(client, LIST, { filter }, limit);

const SHOW = `query ($id: ID!) { diskSnapshot(id: $id) { ${SNAPSHOT} } }`;

export async function findSnapshot(client: Client, id: string): Promise<DiskSnapshot | null> {
  return (await client.query<{ diskSnapshot: DiskSnapshot | null }>(SHOW, { id })).diskSnapshot;
}

export interface SnapshotChange {
  readonly job: Job;
  readonly snapshot: DiskSnapshot | null;
}

const changing = (verb: string, type: string): string => `mutation ($input: ${type}Input!) {
  ${verb}(input: $input) { __typename ... on ${type}Payload { job { ${JOB} } snapshot { ${SNAPSHOT} } } ${ERROR} }
}`;

export const createSnapshot = (
  client: Client,
  input: { readonly diskId: string; readonly name: string; readonly description?: string | undefined },
): Promise<SnapshotChange> => client.mutate<SnapshotChange>(changing('createDiskSnapshot', 'CreateDiskSnapshot'), { input });

export const rollBack = (client: Client, snapshotId: string): Promise<SnapshotChange> =>
  client.mutate<SnapshotChange>(changing('rollBackDisk', 'RollBackDisk'), { input: { snapshotId } });

const UPDATE = `mutation ($input: UpdateDiskSnapshotInput!) {
  updateDiskSnapshot(input: $input) { __typename ... on UpdateDiskSnapshotPayload { snapshot { ${SNAPSHOT} } } ${ERROR} }
}`;

export interface SnapshotUpdate {
  readonly snapshotId: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

export const updateSnapshot = (client: Client, input: SnapshotUpdate): Promise<{ readonly snapshot: DiskSnapshot }> =>
  client.mutate<{ snapshot: DiskSnapshot }>(UPDATE, { input });

const DELETE = `mutation ($input: DeleteDiskSnapshotInput!) {
  deleteDiskSnapshot(input: $input) {
    __typename ... on DeleteDiskSnapshotPayload { job { ${JOB} } deletedSnapshotId } ${ERROR}
  }
}`;

export const deleteSnapshot = (
  client: Client,
  snapshotId: string,
): Promise<{ readonly job: Job; readonly deletedSnapshotId: string }> =>
  client.mutate<{ job: Job; deletedSnapshotId: string }>(DELETE, { input: { snapshotId } });
