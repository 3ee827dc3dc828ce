import type { Client } from '../../../client/client.ts';
import { CliError } from '../../cli-error.ts';
import { idOf } from '../../find-by-name.ts';
import { type ImageFilter, listImages } from '../../queries/images.ts';

/** Id of the image with this name or id; the filter narrows down where the name is looked for. */
export const imageCalled = (client: Client, text: string, filter: ImageFilter = {}): Promise<string> =>
  idOf('image', text, (name, limit) => listImages(client, { ...filter, name }, limit));

export const noImage = (text: string): CliError =>
  new CliError('NOT_FOUND', `there is no image ${text}`, { hints: ['see `cloudyard images list`'] });
