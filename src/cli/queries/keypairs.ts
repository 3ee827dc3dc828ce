import type { Client } from '../../client/client.ts';
import { type Listing, readAll } from './pages.ts';
import { ERROR } from './result.ts';

export interface KeyPair {
  readonly name: string;
  readonly fingerprint: string;
  readonly publicKey: string;
  readonly createdAt: string;
}

const KEY_PAIR = 'name fingerprint publicKey createdAt';

const LIST = `query ($first: Int, $after: String) {
  keyPairs(first: $first, after: $after) { edges { node { ${KEY_PAIR} } } pageInfo { hasNextPage endCursor } }
}`;

export const listKeyPairs = (client: Client, limit: number): Promise<Listing<KeyPair>> =>
  readAll<KeyPair>(client, LIST, {}, limit);

export interface NewKeyPair {
  readonly keyPair: KeyPair;
  /** Only where the pair was generated. */
  readonly privateKey: string | null;
}

const CREATE = `mutation ($input: CreateKeyPairInput!) {
  createKeyPair(input: $input) { __typename ... on CreateKeyPairPayload { privateKey keyPair { ${KEY_PAIR} } } ${ERROR} }
}`;

export const createKeyPair = (client: Client, input: { name: string; publicKey?: string | undefined }): Promise<NewKeyPair> =>
  client.mutate<NewKeyPair>(CREATE, { input });

const DELETE = `mutation ($input: DeleteKeyPairInput!) {
  deleteKeyPair(input: $input) { __typename ... on DeleteKeyPairPayload { deletedKeyPairId } ${ERROR} }
}`;

export const deleteKeyPair = (client: Client, name: string): Promise<{ readonly deletedKeyPairId: string }> =>
  client.mutate<{ deletedKeyPairId: string }>(DELETE, { input: { name } });
