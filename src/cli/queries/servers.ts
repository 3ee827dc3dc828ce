import type { Client } from '../../client/client.ts';
import { JOB, type Job } from './jobs.ts';
import type { LaunchNetwork } from './networks.ts';
import { type Listing, readAll } from './pages.ts';
import { ERROR } from './result.ts';

export const serverStatuses = ['BUILD', 'ACTIVE', 'SHUTOFF', 'REBOOT', 'HARD_REBOOT', 'RESIZE', 'ERROR'] as const;
export const diskTypes = ['SATA', 'SAS', 'SSD', 'GPSSD', 'ESSD'] as const;

export interface Server {
  readonly uuid: string;
  readonly name: string;
  readonly status: (typeof serverStatuses)[number];
  readonly taskState: string | null;
  readonly flavor: { readonly name: string } | null;
  readonly imageName: string;
  readonly addresses: readonly string[];
  /** On 127.0.0.1. */
  readonly sshPort: number | null;
  readonly createdAt: string;
}

export interface ServerDetails extends Server {
  readonly description: string;
  readonly hostname: string;
  readonly region: string;
  readonly availabilityZone: string;
  readonly imageUuid: string;
  readonly image: { readonly loginUser: string | null } | null;
  readonly keyName: string | null;
  readonly fault: { readonly code: string; readonly message: string } | null;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly disks: readonly {
    readonly uuid: string;
    readonly size: number;
    readonly type: string;
    readonly device: string | null;
  }[];
  readonly launchedAt: string | null;
}

export const SERVER = 'uuid name status taskState flavor { name } imageName addresses sshPort createdAt';
export const SERVER_DETAILS = `${SERVER} description hostname region availabilityZone imageUuid image { loginUser } keyName launchedAt
  fault { code message } tags { key value } disks { uuid size type device }`;

export const serverKinds = ['CLOUD', 'BARE_METAL'] as const;
export type ServerKind = (typeof serverKinds)[number];

export interface ServerFilter {
  readonly kind?: ServerKind | undefined;
  readonly name?: string | undefined;
  readonly status?: Server['status'] | undefined;
  readonly flavorId?: string | undefined;
  readonly imageId?: string | undefined;
  readonly ip?: string | undefined;
}

const LIST = `query ($filter: ServerFilter, $first: Int, $after: String) {
  servers(filter: $filter, first: $first, after: $after) { edges { node { ${SERVER} } } pageInfo { hasNextPage endCursor } }
}`;

export const listServers = (client: Client, filter: ServerFilter, limit: number): Promise<Listing<Server>> =>
  readAll<Server>(client, LIST, { filter }, limit);

const SHOW = `query ($id: ID!) { server(id: $id) { ${SERVER_DETAILS} } }`;

export async function findServer(client: Client, id: string): Promise<ServerDetails | null> {
  return (await client.query<{ server: ServerDetails | null }>(SHOW, { id })).server;
}

export interface DataDisk {
  readonly type?: string | undefined;
  /** GiB */
  readonly size?: number | undefined;
  readonly imageId?: string | undefined;
  readonly snapshotId?: string | undefined;
  readonly count?: number | undefined;
  readonly fileSystem?: string | undefined;
  readonly shareable?: boolean | undefined;
  readonly deleteOnTermination?: boolean | undefined;
}

export interface Launch extends LaunchNetwork {
  readonly name: string;
  readonly imageId: string;
  readonly flavorId: string;
  readonly count?: number | undefined;
  readonly systemDisk?: { readonly type?: string | undefined; readonly size?: number | undefined } | undefined;
  readonly dataDisks?: readonly DataDisk[] | undefined;
  readonly availabilityZone?: string | undefined;
  readonly subnetId?: string | undefined;
  readonly address?: string | undefined;
  readonly keyName?: string | undefined;
  readonly adminPassword?: string | undefined;
  /** Base64. */
  readonly userData?: string | undefined;
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined;
  readonly description?: string | undefined;
}

export interface ServersChange {
  readonly job: Job;
  readonly servers: readonly (Server | null)[];
}

export const changing = (verb: string, type: string): string => `mutation ($input: ${type}Input!) {
  ${verb}(input: $input) { __typename ... on ${type}Payload { job { ${JOB} } servers { ${SERVER} } } ${ERROR} }
}`;

export const launchServers = (client: Client, input: Launch): Promise<ServersChange> =>
  client.mutate<ServersChange>(changing('launchServers', 'LaunchServers'), { input });

/** The same with the servers as they stand now. */
export async function withServersNow(client: Client, change: ServersChange): Promise<ServersChange> {
  const servers = await Promise.all(change.servers.map(server => server && findServer(client, server.uuid)));
  return { ...change, servers };
}

export type PowerType = 'SOFT' | 'HARD';

export const startServers = (client: Client, serverIds: readonly string[]): Promise<ServersChange> =>
  client.mutate<ServersChange>(changing('startServers', 'StartServers'), { input: { serverIds } });

export const stopServers = (client: Client, serverIds: readonly string[], type: PowerType): Promise<ServersChange> =>
  client.mutate<ServersChange>(changing('stopServers', 'StopServers'), { input: { serverIds, type } });

export const rebootServers = (client: Client, serverIds: readonly string[], type: PowerType): Promise<ServersChange> =>
  client.mutate<ServersChange>(changing('rebootServers', 'RebootServers'), { input: { serverIds, type } });

const DELETE = `mutation ($input: DeleteServersInput!) {
  deleteServers(input: $input) { __typename ... on DeleteServersPayload { job { ${JOB} } deletedServerIds } ${ERROR} }
}`;

export interface Deletion {
  readonly job: Job;
  readonly deletedServerIds: readonly string[];
}

interface WhatToDelete {
  readonly serverIds: readonly string[];
  readonly deleteDisks?: boolean | undefined;
  readonly deletePublicAddresses?: boolean | undefined;
}

export const deleteServers = (client: Client, input: WhatToDelete): Promise<Deletion> =>
  client.mutate<Deletion>(DELETE, { input });

const RESIZE = `mutation ($input: ResizeServerInput!) {
  resizeServer(input: $input) { __typename ... on ResizeServerPayload { job { ${JOB} } server { ${SERVER} } } ${ERROR} }
}`;

type Resize = { readonly job: Job; readonly server: Server | null };

export const resizeServer = (client: Client, serverId: string, flavorId: string): Promise<Resize> =>
  client.mutate<Resize>(RESIZE, { input: { serverId, flavorId } });

const UPDATE = `mutation ($input: UpdateServerInput!) {
  updateServer(input: $input) { __typename ... on UpdateServerPayload { server { ${SERVER} } } ${ERROR} }
}`;

export const renameServer = (client: Client, serverId: string, name: string): Promise<{ readonly server: Server }> =>
  client.mutate<{ server: Server }>(UPDATE, { input: { serverId, name } });
