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
  readonly checkpoint: Pick<Checkpoint, 'uuid' | 'skipped'> | null;
  readonly backups: readonly (Backup | null)[];
}

/** A run over a vault. */
export interface Checkpoint {
  readonly uuid: string;
  readonly name: string;
  readonly status: string;
  readonly autoTrigger: boolean;
  readonly vault: { readonly uuid: string; readonly name: string } | null;
  /** What it left out, and why. */
  readonly skipped: readonly {
    readonly uuid: string;
    readonly type: BackupObject;
    readonly name: string;
    readonly code: string;
    readonly reason: string;
  }[];
  readonly createdAt: string;
}

const SKIPPED = 'skipped { uuid type name code reason }';
const CHECKPOINTS = `query ($vaultId: ID, $first: Int, $after: String) {
  checkpoints(vaultId: $vaultId, first: $first, after: $after) {
    edges { node { uuid name status autoTrigger vault { uuid name } ${SKIPPED} createdAt } } pageInfo { hasNextPage endCursor }
  }
}`;

export const listCheckpoints = (client: Client, vaultId: string | undefined, limit: number): Promise<Listing<Checkpoint>> =>
  readAll<Checkpoint>(client, CHECKPOINTS, { vaultId }, limit);

const CREATE = `mutation ($input: CreateCheckpointInput!) {
  createCheckpoint(input: $input) {
    __typename
    ... on CreateCheckpointPayload { job { ${JOB} } checkpoint { uuid ${SKIPPED} } backups { ${BACKUP} } }
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
