import { createKeyPair, deleteKeyPair, getKeyPair, listKeyPairs } from '../../emulator/keypairs/operations.ts';
import { builder } from './builder.ts';
import { connectionOf, edgeOf } from './connection.ts';
import { globalId, readId } from './global-id.ts';
import { addMutation } from './mutation.ts';
import { orNull } from './or-null.ts';
import { pageConnection } from './page-connection.ts';
import { pageCost } from './paging-cost.ts';
import { KeyPairRef, NodeRef } from './refs.ts';

KeyPairRef.implement({
  description: 'A public key that servers can be launched with.',
  interfaces: [NodeRef],
  fields: t => ({
    id: t.id({ description: 'Global id, `KeyPair:<name>`.', resolve: keyPair => globalId('KeyPair', keyPair.name) }),
    name: t.exposeString('name', { description: 'Its name; each occurs once in a tenant.' }),
    publicKey: t.exposeString('publicKey', { description: 'The public key, as OpenSSH writes it.' }),
    fingerprint: t.exposeString('fingerprint', { description: 'Fingerprint of the public key.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

builder.queryFields(t => ({
  keyPair: t.field({
    type: KeyPairRef,
    nullable: true,
    description: 'A key pair; null if the caller’s tenant has none of this name.',
    args: { id: t.arg.id({ required: true, description: 'Its global id, or its name.' }) },
    resolve: (_root, { id }, { session }) => orNull(session.run(getKeyPair, { name: readId.keyPair(id) })),
  }),
  keyPairs: t.connection(
    {
      type: KeyPairRef,
      description: 'The key pairs of the caller’s tenant, the newest first.',
      complexity: pageCost,
      resolve: async (_root, page, { session }) => pageConnection(await session.run(listKeyPairs, { page })),
    },
    connectionOf('KeyPair', 'key pairs'),
    edgeOf('KeyPair'),
  ),
}));

addMutation('createKeyPair', {
  description: 'Takes your public key, or generates a pair; then the private key is in the answer, and nowhere else.',
  input: t => ({
    name: t.string({ required: true, description: 'Its name: up to 64 letters, digits, `-` and `_`.' }),
    publicKey: t.string({ description: 'Your public key, one line of OpenSSH; a generated pair without it.' }),
  }),
  run: (session, { name, publicKey }, options) => session.run(createKeyPair, { name, publicKey }, options),
  payload: t => ({
    keyPair: t.field({
      type: KeyPairRef,
      nullable: true,
      description: 'The key pair; null if it is gone already.',
      resolve: ({ name }, _args, { session }) => session.loaders.keyPairs.load(name),
    }),
    privateKey: t.exposeString('privateKey', {
      nullable: true,
      description: 'The private key of a generated pair. It can be read here only, and only the first time.',
    }),
  }),
});

addMutation('deleteKeyPair', {
  description: 'Forgets a key pair. Servers that were launched with it keep its public key.',
  input: t => ({ name: t.id({ required: true, description: 'Its name or global id.' }) }),
  run: (session, { name }, options) => session.run(deleteKeyPair, { name: readId.keyPair(name, 'name') }, options),
  payload: t => ({
    deletedKeyPairId: t.id({ description: 'Global id of what is gone.', resolve: ({ name }) => globalId('KeyPair', name) }),
  }),
});
