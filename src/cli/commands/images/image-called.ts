import type { Client } from '../../../client/client.ts';
import { CliError } from '../../cli-error.ts';
import { idOf } from '../../find-by-name.ts';
import { type ImageFilter, listImages } from '../../queries/images.ts';

/** What is looked for with a filter, and where it is listed: else the list might show what is said not to be there. */
function wordsFor({ relation, memberStatus, kind }: ImageFilter) {
  if (relation === 'OWN') return { noun: 'image of yours', plural: 'images of yours', see: 'images list --relation own' };
  if (memberStatus !== undefined) {
    const see = 'images list --member-status pending';
    return { noun: 'image shared with you', plural: 'images shared with you', see };
  }
  if (kind === 'DATA') return { noun: 'data image', plural: 'data images', see: 'images list --kind data' };
  return { noun: 'image', plural: 'images', see: 'images list' };
}

/** Id of the image with this name or id; the filter narrows down where the name is looked for. */
export function imageCalled(client: Client, text: string, filter: ImageFilter = {}): Promise<string> {
  const { noun, ...words } = wordsFor(filter);
  return idOf(noun, text, (name, limit) => listImages(client, { ...filter, name }, limit), words);
}

export const noImage = (text: string): CliError =>
  new CliError('NOT_FOUND', `there is no image ${text}`, { hints: ['see `cloudyard images list`'] });
