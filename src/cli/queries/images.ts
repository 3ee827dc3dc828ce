import type { Client } from '../../client/client.ts';
import { JOB, type Job } from './jobs.ts';
import { type Listing, readAll } from './pages.ts';
import { ERROR } from './result.ts';

export const relations = ['PUBLIC', 'OWN', 'SHARED'] as const;
export const memberStatuses = ['PENDING', 'ACCEPTED', 'REJECTED'] as const;
export const imageStatuses = ['QUEUED', 'SAVING', 'ACTIVE', 'KILLED'] as const;
export const imageKinds = ['SYSTEM', 'DATA', 'FULL_ECS', 'BARE_METAL'] as const;
export const osTypes = ['LINUX', 'WINDOWS', 'OTHER'] as const;
export const architectures = ['X86', 'ARM'] as const;
type MemberStatus = (typeof memberStatuses)[number];

export interface Image {
  readonly uuid: string;
  readonly name: string;
  readonly status: string;
  readonly relation: (typeof relations)[number];
  readonly kind: string;
  readonly osType: string;
  readonly osVersion: string;
  readonly platform: string;
  readonly architecture: string;
  /** GiB. */
  readonly minDisk: number;
  /** Bytes. */
  readonly size: number;
  readonly content: string;
  readonly protected: boolean;
  readonly memberStatus: MemberStatus | null;
  readonly createdAt: string;
}

export interface ImageDetails extends Image {
  readonly description: string | null;
  readonly minRam: number;
  readonly maxRam: number | null;
  readonly virtualSize: number;
  readonly checksum: string | null;
  readonly contentNote: string | null;
  readonly dataOrigin: string | null;
  readonly backupUuid: string | null;
  readonly damage: string | null;
  readonly loginUser: string | null;
  readonly userData: boolean;
  readonly diskHotSwap: boolean;
  readonly firmware: string;
  readonly owner: { readonly uuid: string; readonly domainName: string } | null;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly members: readonly {
    readonly status: MemberStatus;
    readonly tenant: { readonly uuid: string; readonly domainName: string } | null;
  }[];
}

export const IMAGE = `uuid name status relation kind osType osVersion platform architecture minDisk size content protected memberStatus createdAt`;
export const IMAGE_DETAILS = `${IMAGE} description minRam maxRam virtualSize checksum contentNote dataOrigin backupUuid damage loginUser userData diskHotSwap firmware
  owner { uuid domainName } tags { key value } members { status tenant { uuid domainName } }`;

export interface ImageFilter {
  readonly name?: string | undefined;
  readonly relation?: (typeof relations)[number] | undefined;
  readonly memberStatus?: MemberStatus | undefined;
  readonly status?: (typeof imageStatuses)[number] | undefined;
  readonly kind?: (typeof imageKinds)[number] | undefined;
  readonly osType?: (typeof osTypes)[number] | undefined;
  readonly osVersion?: string | undefined;
  readonly platform?: string | undefined;
  readonly architecture?: (typeof architectures)[number] | undefined;
  readonly tags?: readonly { readonly key: string; readonly value?: string }[] | undefined;
}

const LIST = `query ($filter: ImageFilter, $first: Int, $after: String) {
  images(filter: $filter, first: $first, after: $after) { edges { node { ${IMAGE} } } pageInfo { hasNextPage endCursor } }
}`;

export const listImages = (client: Client, filter: ImageFilter, limit: number): Promise<Listing<Image>> =>
  readAll<Image>(client, LIST, { filter }, limit);

const SHOW = `query ($id: ID!) { image(id: $id) { ${IMAGE_DETAILS} } }`;

export async function findImage(client: Client, id: string): Promise<ImageDetails | null> {
  return (await client.query<{ image: ImageDetails | null }>(SHOW, { id })).image;
}

export interface ImageChange {
  readonly job: Job;
  readonly image: Image | null;
}

const UPDATE = `mutation ($input: UpdateImageInput!) {
  updateImage(input: $input) { __typename ... on UpdateImagePayload { image { ${IMAGE} } } ${ERROR} }
}`;

export interface ImageUpdate {
  readonly imageId: string;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly minRam?: number | undefined;
  readonly maxRam?: number | undefined;
  readonly protected?: boolean | undefined;
  readonly userData?: boolean | undefined;
}

export const updateImage = (client: Client, input: ImageUpdate): Promise<{ readonly image: Image }> =>
  client.mutate<{ image: Image }>(UPDATE, { input });

const DELETE = `mutation ($input: DeleteImageInput!) {
  deleteImage(input: $input) { __typename ... on DeleteImagePayload { job { ${JOB} } deletedImageId } ${ERROR} }
}`;

export const deleteImage = (
  client: Client,
  input: { readonly imageId: string; readonly deleteBackup?: boolean | undefined },
): Promise<{ readonly job: Job; readonly deletedImageId: string }> =>
  client.mutate<{ job: Job; deletedImageId: string }>(DELETE, { input });

const sharing = (
  verb: 'shareImages' | 'unshareImages' | 'answerShares',
  type: string,
): string => `mutation ($input: ${type}Input!) {
  ${verb}(input: $input) { __typename ... on ${type}Payload { job { ${JOB} } images { ${IMAGE} } } ${ERROR} }
}`;

export interface ImagesChange {
  readonly job: Job;
  readonly images: readonly (Image | null)[];
}

type Pairs = { readonly imageIds: readonly string[]; readonly tenantIds: readonly string[] };

export const shareImages = (client: Client, input: Pairs): Promise<ImagesChange> =>
  client.mutate<ImagesChange>(sharing('shareImages', 'ShareImages'), { input });

export const unshareImages = (client: Client, input: Pairs): Promise<ImagesChange> =>
  client.mutate<ImagesChange>(sharing('unshareImages', 'UnshareImages'), { input });

export const answerShares = (
  client: Client,
  input: {
    readonly imageIds: readonly string[];
    readonly status: 'ACCEPTED' | 'REJECTED';
    readonly vaultId?: string | undefined;
  },
): Promise<ImagesChange> => client.mutate<ImagesChange>(sharing('answerShares', 'AnswerShares'), { input });
