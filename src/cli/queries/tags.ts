import type { Client } from '../../client/client.ts';
import type { Tag } from '../option-values.ts';
import { DISK_DETAILS } from './disks.ts';
import { IMAGE_DETAILS } from './images.ts';
import { ERROR } from './result.ts';
import { SERVER_DETAILS } from './servers.ts';
import { VAULT_DETAILS } from './vaults.ts';

/** What has tags, and what is told of it when they have changed. */
const TAGGED = {
  image: { type: 'Image', details: IMAGE_DETAILS },
  server: { type: 'Server', details: SERVER_DETAILS },
  disk: { type: 'Disk', details: DISK_DETAILS },
  vault: { type: 'Vault', details: VAULT_DETAILS },
} as const;
export type TaggedNoun = keyof typeof TAGGED;

/** The payload: the thing itself is under its noun. */
export type Tagged = Readonly<Partial<Record<TaggedNoun, { readonly tags: readonly Tag[] }>>>;

function change(client: Client, verb: 'set' | 'delete', noun: TaggedNoun, input: Readonly<Record<string, unknown>>) {
  const { type, details } = TAGGED[noun];
  const mutation = `${verb}${type}Tags`;
  const payload = `${verb === 'set' ? 'Set' : 'Delete'}${type}Tags`;
  const document = `mutation ($input: ${payload}Input!) {
    ${mutation}(input: $input) { __typename ... on ${payload}Payload { ${noun} { ${details} } } ${ERROR} }
  }`;
  return client.mutate<Tagged>(document, { input });
}

export const setTags = (client: Client, noun: TaggedNoun, id: string, tags: readonly Tag[]): Promise<Tagged> =>
  change(client, 'set', noun, { [`${noun}Id`]: id, tags });

export const deleteTags = (client: Client, noun: TaggedNoun, id: string, keys: readonly string[]): Promise<Tagged> =>
  change(client, 'delete', noun, { [`${noun}Id`]: id, keys });
