import type { Client } from '../../client/client.ts';
import { IMAGE, type ImageChange, type ImagesChange } from './images.ts';
import { JOB } from './jobs.ts';
import { ERROR } from './result.ts';

interface Words {
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags?: readonly { readonly key: string; readonly value: string }[] | undefined;
  readonly minRam?: number | undefined;
  readonly maxRam?: number | undefined;
}

/** The machines that an image of a disk is for. */
export const imageTypes = ['ECS', 'BMS'] as const;
export type ImageType = (typeof imageTypes)[number];

const making = (verb: string, type: string, images = 'image'): string => `mutation ($input: ${type}Input!) {
  ${verb}(input: $input) { __typename ... on ${type}Payload { job { ${JOB} } ${images} { ${IMAGE} } } ${ERROR} }
}`;

export const createImage = (client: Client, input: Words & { readonly serverId: string }): Promise<ImageChange> =>
  client.mutate<ImageChange>(making('createImage', 'CreateImage'), { input });

export const createImageFromDisk = (
  client: Client,
  input: Words & { readonly diskId: string; readonly osVersion: string; readonly type?: ImageType | undefined },
): Promise<ImageChange> => client.mutate<ImageChange>(making('createImageFromDisk', 'CreateImageFromDisk'), { input });

type DataImages = {
  readonly dataImages: readonly (Pick<Words, 'name' | 'description' | 'tags'> & { readonly diskId: string })[];
};

export const createDataImages = (client: Client, input: DataImages): Promise<ImagesChange> =>
  client.mutate<ImagesChange>(making('createDataImages', 'CreateDataImages', 'images'), { input });

export const createWholeImage = (
  client: Client,
  input: Words & { readonly serverId: string; readonly vaultId: string },
): Promise<ImageChange> => client.mutate<ImageChange>(making('createWholeImage', 'CreateWholeImage'), { input });

export const createWholeImageFromBackup = (client: Client, input: Words & { readonly backupId: string }): Promise<ImageChange> =>
  client.mutate<ImageChange>(making('createWholeImageFromBackup', 'CreateWholeImageFromBackup'), { input });
