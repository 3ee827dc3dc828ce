import { z } from 'zod';
import { ensure, refuse } from '../errors.ts';
import { defineOperation } from '../operation.ts';
import type { Page } from '../paging.ts';
import { PageInput } from '../paging-input.ts';
import { releaseQuota, takeQuota } from '../quotas.ts';
import { readPage } from '../read-page.ts';
import { serverErrors as errors } from '../servers/errors.ts';
import { KeyPairName, PublicKey } from '../servers/rules.ts';
import type { KeyPair } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { fingerprintOf, generateKeyPair } from './openssh-key.ts';

export interface CreatedKeyPair {
  readonly name: string;
  readonly publicKey: string;
  readonly fingerprint: string;
  /** Only in the answer to the call that generated it: it is kept nowhere. */
  readonly privateKey: string | null;
}

/** Takes a public key, or generates a pair where none is given. Source: compute 2.7 (os-keypairs). */
export const createKeyPair = defineOperation({
  name: 'keyPairs.create',
  permission: 'ecs:serverKeypairs:create',
  access: 'write',
  input: z.object({ name: KeyPairName, publicKey: PublicKey.nullish() }),
  errors: [errors.keyPairNameInvalid, errors.publicKeyInvalid, errors.keyPairExists, errors.keyPairQuotaUsedUp],
  async run({ cloud, caller: { tenantId }, input: { name, publicKey: given }, commit }): Promise<CreatedKeyPair> {
    const generated = given ? undefined : generateKeyPair(name);
    const publicKey = given ?? generated?.publicKey ?? '';
    const answer = await commit(async (tx): Promise<CreatedKeyPair> => {
      const existing = await tx.db.keyPair.findUnique({ where: { tenantId_name: { tenantId, name } } });
      refuse(existing !== null, errors.keyPairExists, { field: 'name' });
      await takeQuota(tx, cloud.config, { tenantId, resource: 'keyPairs', amount: 1 }, errors.keyPairQuotaUsedUp);
      const row = { tenantId, name, publicKey, fingerprint: fingerprintOf(publicKey), createdAt: cloud.clock.now() };
      emitKeyPair(tx, 'keypair.created', await tx.db.keyPair.create({ data: row }));
      return { name, publicKey, fingerprint: row.fingerprint, privateKey: null };
    });
    // With an idempotency key that was used before, the answer and the key pair are those of the first time.
    const ours = generated !== undefined && answer.publicKey === generated.publicKey;
    return { ...answer, privateKey: ours ? generated.privateKey : null };
  },
});

/** Servers keep the key: it is on their disks. */
export const deleteKeyPair = defineOperation({
  name: 'keyPairs.delete',
  permission: 'ecs:serverKeypairs:delete',
  access: 'write',
  input: z.object({ name: z.string() }),
  errors: [errors.keyPairNotFound],
  run: ({ caller: { tenantId }, input: { name }, commit }) =>
    commit(async tx => {
      const key = { tenantId_name: { tenantId, name } };
      ensure(await tx.db.keyPair.findUnique({ where: key }), errors.keyPairNotFound, { field: 'name' });
      emitKeyPair(tx, 'keypair.deleted', await tx.db.keyPair.delete({ where: key }));
      await releaseQuota(tx, { tenantId, resource: 'keyPairs', amount: 1 });
      return { name };
    }),
});

export const getKeyPair = defineOperation({
  name: 'keyPairs.get',
  permission: 'ecs:serverKeypairs:get',
  access: 'read',
  input: z.object({ name: z.string() }),
  errors: [errors.keyPairNotFound],
  async run({ cloud, caller: { tenantId }, input: { name } }): Promise<KeyPair> {
    const keyPair = await cloud.database.read.keyPair.findUnique({ where: { tenantId_name: { tenantId, name } } });
    ensure(keyPair, errors.keyPairNotFound, { field: 'name' });
    return keyPair;
  },
});

export const listKeyPairs = defineOperation({
  name: 'keyPairs.list',
  permission: 'ecs:serverKeypairs:list',
  access: 'read',
  input: z.object({ page: PageInput.prefault({}) }),
  run: ({ cloud, caller: { tenantId }, input: { page } }): Promise<Page<KeyPair>> =>
    readPage<KeyPair>(page, { column: 'createdAt', idColumn: 'name', direction: 'desc' }, ({ where, ...query }) =>
      cloud.database.read.keyPair.findMany({ where: { tenantId, AND: [where] }, ...query }),
    ),
});

function emitKeyPair(
  tx: Transaction,
  kind: 'keypair.created' | 'keypair.deleted',
  { tenantId, name, fingerprint }: KeyPair,
): void {
  tx.emit({ kind, resourceType: 'keypair', resourceId: name, payload: { name, fingerprint }, audiences: [tenantId] });
}
