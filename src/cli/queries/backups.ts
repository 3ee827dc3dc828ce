import type { Client } from '../../client/client.ts';
import { JOB, type Job } from './jobs.ts';
import { type Listing, readAll } from './pages.ts';
import { ERROR } from './result.ts';
import type { BackupObject } from './vaults.ts';

export interface Backup {
  readonly uuid: string;
  readonly name: string;
  readonly status: string;
  readonly type: BackupObject;
  readonly resourceUuid: string;
  readonly resourceName: string;
  /** GB. */
  readonly size: number;
  /** Bytes. */
  readonly stored: number;
  readonly incremental: boolean;
  readonly damage: string | null;
  readonly createdAt: string;
}

export interface BackupDetails extends Backup {
  readonly description: string;
  readonly autoTrigger: boolean;
  readonly frozenMs: number | null;
  readonly expiresAt: string | null;
  readonly vault: { readonly uuid: string; readonly name: string } | null;
  readonly image: { readonly uuid: string; readonly name: string } | null;
  readonly parts: readonly (Backup & { readonly device: string | null; readonly checksum: string | null })[];
}

const BACKUP = 'uuid name status type resourceUuid resourceName size stored incremental damage createdAt';
const DETAILS = `${BACKUP} description autoTrigger frozenMs expiresAt vault { uuid name } image { uuid name }
  parts { ${BACKUP} device checksum }`;

const LIST = `query ($filter: BackupFilter, $first: Int, $after: String) {
  backups(filter: $filter, first: $first, after: $after) { edges { node { ${BACKUP} } } pageInfo { hasNextPage endCursor } }
}`;

export interface BackupFilter {
  readonly vaultId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly name?: string | undefined;
  readonly relation?: 'OWN' | 'SHARED' | undefined;
}

export const listBackups = (client: Client, filter: BackupFilter, limit: number): Promise<Listing<Backup>> =>
  readAll<Backup>(client, LIST, { filter }, limit);

const SHOW = `query ($id: ID!) { backup(id: $id) { ${DETAILS} } }`;

export async function findBackup(client: Client, id: string): Promise<BackupDetails | null> {
  return (await client.query<{ backup: BackupDetails | null }>(SHOW, { id })).backup;
}

export interface Run {
  readonly job: Job;
  readonly checkpoint: {
    readonly uuid: string;
    readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  } | null;
  readonly backups: readonly (Backup | null)[];
}

const CREATE = `mutation ($input: CreateCheckpointInput!) {
  createCheckpoint(input: $input) {
    __typename
    ... on CreateCheckpointPayload { job { ${JOB} } checkpoint { uuid skipped { name reason } } backups { ${BACKUP} } }
    ${ERROR}
  }
}`;

export interface NewRun {
  readonly vaultId: string;
  readonly name?: string | undefined;
  readonly resourceIds?: readonly string[] | undefined;
}

export const createCheckpoint = (client: Client, input: NewRun): Promise<Run> => client.mutate<Run>(CREATE, { input });

const RESTORE = `mutation ($input: RestoreBackupInput!) {
  restoreBackup(input: $input) { __typename ... on RestoreBackupPayload { job { ${JOB} } backup { ${BACKUP} } } ${ERROR} }
}`;

export interface Restoring {
  readonly backupId: string;
  readonly mappings?: readonly { readonly backupId: string; readonly diskId: string }[] | undefined;
  readonly diskId?: string | undefined;
  readonly powerOn?: boolean | undefined;
}

export interface Restored {
  readonly job: Job;
  readonly backup: Backup | null;
}

export const restoreBackup = (client: Client, input: Restoring): Promise<Restored> => client.mutate<Restored>(RESTORE, { input });

const DELETE = `mutation ($input: DeleteBackupInput!) {
  deleteBackup(input: $input) { __typename ... on DeleteBackupPayload { job { ${JOB} } deletedBackupId } ${ERROR} }
}`;

export const deleteBackup = (
  client: Client,
  backupId: string,
): Promise<{ readonly job: Job; readonly deletedBackupId: string }> =>
  client.mutate<{ job: Job; deletedBackupId: string }>(DELETE, { input: { backupId } });
