import type { Client } from '../../client/client.ts';
import { JOB, type Job } from './jobs.ts';
import { type Listing, readAll } from './pages.ts';
import { ERROR } from './result.ts';

export const backupObjects = ['SERVER', 'DISK'] as const;
export type BackupObject = (typeof backupObjects)[number];

export interface Vault {
  readonly uuid: string;
  readonly name: string;
  readonly objectType: BackupObject;
  readonly status: string;
  /** GB. */
  readonly size: number;
  /** Bytes. */
  readonly used: number;
  readonly policy: { readonly uuid: string; readonly name: string } | null;
  readonly createdAt: string;
}

export interface VaultDetails extends Vault {
  readonly description: string;
  readonly autoBind: boolean;
  readonly autoExpand: boolean;
  readonly resources: readonly {
    readonly uuid: string;
    readonly type: BackupObject;
    readonly name: string;
    readonly excludedDiskUuids: readonly string[];
  }[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

const VAULT = 'uuid name objectType status size used policy { uuid name } createdAt';
export const VAULT_DETAILS = `${VAULT} description autoBind autoExpand resources { uuid type name excludedDiskUuids } tags { key value }`;

const LIST = `query ($filter: VaultFilter, $first: Int, $after: String) {
  vaults(filter: $filter, first: $first, after: $after) { edges { node { ${VAULT} } } pageInfo { hasNextPage endCursor } }
}`;

export const listVaults = (client: Client, filter: { readonly name?: string }, limit: number): Promise<Listing<Vault>> =>
  readAll<Vault>(client, LIST, { filter }, limit);

const SHOW = `query ($id: ID!) { vault(id: $id) { ${VAULT_DETAILS} } }`;

export async function findVault(client: Client, id: string): Promise<VaultDetails | null> {
  return (await client.query<{ vault: VaultDetails | null }>(SHOW, { id })).vault;
}

interface Resource {
  readonly id: string;
  readonly excludedDiskIds?: readonly string[] | undefined;
}

type Changed = { readonly vault: VaultDetails };

const change = (verb: string, type: string): string => `mutation ($input: ${type}Input!) {
  ${verb}(input: $input) { __typename ... on ${type}Payload { vault { ${VAULT_DETAILS} } } ${ERROR} }
}`;

export interface NewVault {
  readonly name: string;
  readonly size: number;
  readonly objectType?: BackupObject | undefined;
  readonly policyId?: string | undefined;
  readonly resources?: readonly Resource[] | undefined;
  readonly autoBind?: boolean | undefined;
  readonly autoExpand?: boolean | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined;
}

export const createVault = (client: Client, input: NewVault): Promise<Changed> =>
  client.mutate<Changed>(change('createVault', 'CreateVault'), { input });

export interface VaultUpdate {
  readonly vaultId: string;
  readonly name?: string | undefined;
  readonly size?: number | undefined;
  readonly policyId?: string | null | undefined;
  readonly autoBind?: boolean | undefined;
  readonly autoExpand?: boolean | undefined;
  readonly description?: string | undefined;
}

export const updateVault = (client: Client, input: VaultUpdate): Promise<Changed> =>
  client.mutate<Changed>(change('updateVault', 'UpdateVault'), { input });

export const addToVault = (client: Client, vaultId: string, resources: readonly Resource[]): Promise<Changed> =>
  client.mutate<Changed>(change('addVaultResources', 'AddVaultResources'), { input: { vaultId, resources } });

export const removeFromVault = (client: Client, vaultId: string, resourceIds: readonly string[]): Promise<Changed> =>
  client.mutate<Changed>(change('removeVaultResources', 'RemoveVaultResources'), { input: { vaultId, resourceIds } });

const DELETE = `mutation ($input: DeleteVaultInput!) {
  deleteVault(input: $input) { __typename ... on DeleteVaultPayload { job { ${JOB} } deletedVaultId } ${ERROR} }
}`;

export const deleteVault = (client: Client, vaultId: string): Promise<{ readonly job: Job; readonly deletedVaultId: string }> =>
  client.mutate<{ job: Job; deletedVaultId: string }>(DELETE, { input: { vaultId } });

export interface Policy {
  readonly uuid: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly everyHours: number;
  readonly keepBackups: number | null;
  readonly keepDays: number | null;
  readonly nextRunAt: string | null;
}

const POLICY = 'uuid name enabled everyHours keepBackups keepDays nextRunAt';
const POLICIES = `query ($first: Int, $after: String) {
  backupPolicies(first: $first, after: $after) { edges { node { ${POLICY} } } pageInfo { hasNextPage endCursor } }
}`;

export const listPolicies = (client: Client, limit: number): Promise<Listing<Policy>> =>
  readAll<Policy>(client, POLICIES, {}, limit);

const CREATE_POLICY = `mutation ($input: CreateBackupPolicyInput!) {
  createBackupPolicy(input: $input) { __typename ... on CreateBackupPolicyPayload { backupPolicy { ${POLICY} } } ${ERROR} }
}`;

export interface NewPolicy {
  readonly name: string;
  readonly everyHours: number;
  readonly keepBackups?: number | undefined;
  readonly keepDays?: number | undefined;
}

export const createPolicy = (client: Client, input: NewPolicy): Promise<{ readonly backupPolicy: Policy }> =>
  client.mutate<{ backupPolicy: Policy }>(CREATE_POLICY, { input });

const UPDATE_POLICY = `mutation ($input: UpdateBackupPolicyInput!) {
  updateBackupPolicy(input: $input) { __typename ... on UpdateBackupPolicyPayload { backupPolicy { ${POLICY} } } ${ERROR} }
}`;

/** What is left out stays; null takes a limit away. */
export interface PolicyUpdate {
  readonly policyId: string;
  readonly name?: string | undefined;
  readonly everyHours?: number | undefined;
  readonly keepBackups?: number | null | undefined;
  readonly keepDays?: number | null | undefined;
  readonly enabled?: boolean | undefined;
}

export const updatePolicy = (client: Client, input: PolicyUpdate): Promise<{ readonly backupPolicy: Policy }> =>
  client.mutate<{ backupPolicy: Policy }>(UPDATE_POLICY, { input });

const DELETE_POLICY = `mutation ($input: DeleteBackupPolicyInput!) {
  deleteBackupPolicy(input: $input) { __typename ... on DeleteBackupPolicyPayload { deletedPolicyId } ${ERROR} }
}`;

export const deletePolicy = (client: Client, policyId: string): Promise<{ readonly deletedPolicyId: string }> =>
  client.mutate<{ deletedPolicyId: string }>(DELETE_POLICY, { input: { policyId } });
