import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateKeyPair } from '../emulator/keypairs/openssh-key.ts';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator({ config: { quotas: { keyPairs: 3 } } });
});
afterAll(() => emulator.close());

test('a key pair is generated once and its private half is kept nowhere', async () => {
  const { a, cloud } = emulator;
  const created = await a.keyPairs.create({ name: 'generated' }, { idempotencyKey: 'one' });
  expect(created.privateKey).toContain('OPENSSH PRIVATE KEY');
  const again = await a.keyPairs.create({ name: 'generated' }, { idempotencyKey: 'one' });
  expect(again).toEqual({ ...created, privateKey: null });
  const kept = JSON.stringify([
    await cloud.database.read.keyPair.findMany(),
    await cloud.database.read.idempotencyKey.findMany(),
  ]);
  expect(kept).not.toContain('PRIVATE');
  expect(await a.keyPairs.get({ name: 'generated' })).toMatchObject({ fingerprint: created.fingerprint });
});

test('a public key is taken as it is, under a name that is free, within the quota', async () => {
  const { a, b } = emulator;
  const { publicKey } = generateKeyPair('mine');
  expect(await a.keyPairs.create({ name: 'mine', publicKey: `${publicKey}\n` })).toMatchObject({ publicKey, privateKey: null });
  expect(await refusal(a.keyPairs.create({ name: 'mine', publicKey }))).toBe('Ecs.0005');
  expect(await refusal(a.keyPairs.create({ name: 'bad', publicKey: 'ssh-ed25519 AAAA' }))).toBe('Ecs.0005');
  expect(await refusal(a.keyPairs.create({ name: 'my key' }))).toBe('Ecs.0005');
  await a.keyPairs.create({ name: 'third' });
  expect(await refusal(a.keyPairs.create({ name: 'fourth' }))).toBe('Ecs.0001');
  expect(await refusal(b.keyPairs.create({ name: 'mine' })), 'each tenant has its own names').toBeUndefined();
  expect((await a.keyPairs.list({})).rows.map(({ name }) => name).toSorted()).toEqual(['generated', 'mine', 'third']);
});

test('a key pair that is deleted can be neither read nor launched with', async () => {
  const { a } = emulator;
  await a.keyPairs.delete({ name: 'third' });
  expect(await refusal(a.keyPairs.get({ name: 'third' }))).toBe('Ecs.0314');
  expect(await refusal(a.keyPairs.delete({ name: 'third' }))).toBe('Ecs.0314');
  expect(await refusal(emulator.launch({ keyName: 'third' }))).toBe('Ecs.0314');
  expect(await refusal(a.keyPairs.create({ name: 'third' })), 'the quota is free again').toBeUndefined();
});

test('the key of a launch is on the server’s disk, and stays when the key pair goes', async () => {
  const { a } = emulator;
  const { publicKey } = await a.keyPairs.get({ name: 'mine' });
  const serverId = await emulator.launch({ keyName: 'mine' });
  await a.keyPairs.delete({ name: 'mine' });
  const file = await a.servers.readFile({ serverId, path: '/root/.ssh/authorized_keys' });
  expect(file.toString()).toContain(publicKey);
  expect(await a.servers.get({ serverId })).toMatchObject({ keyName: 'mine' });
});
