/** Elastic IPs as records: their addresses, types and bandwidth, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';

let emulator: EmulatorCloud;
beforeAll(async () => {
  emulator = await openEmulator();
});
afterAll(() => emulator.close());

const nowhere = '00000000-0000-4000-8000-000000000000';
const usedOf = async (resource: string): Promise<number | undefined> =>
  (await emulator.a.quotas.list({})).find(quota => quota.resource === resource)?.used;

describe('elastic IPs', () => {
  test('are loopback addresses that differ, and have a bandwidth', async () => {
    const { a, b } = emulator;
    const ids = await Promise.all([1, 2, 3].map(async () => (await a.networks.allocatePublicAddress({})).publicAddressId));
    const rows = await Promise.all(ids.map(publicAddressId => a.networks.getPublicAddress({ publicAddressId })));
    expect(new Set(rows.map(({ address }) => address)).size).toBe(3);
    for (const { address } of rows) expect(address).toMatch(/^127\.20\.\d+\.\d+$/);
    const [publicAddressId = ''] = ids;
    await a.networks.updatePublicAddress({ publicAddressId, bandwidthName: 'fast', bandwidthSize: 1000 });
    expect(await a.networks.getPublicAddress({ publicAddressId })).toMatchObject({ bandwidthName: 'fast', bandwidthSize: 1000 });
    for (const bandwidthSize of [0, 1001, 1.5]) {
      expect(await refusal(a.networks.allocatePublicAddress({ bandwidthSize }))).toBe('VPC.0301');
      expect(await refusal(a.networks.updatePublicAddress({ publicAddressId, bandwidthSize }))).toBe('VPC.0301');
    }
    expect(await refusal(b.networks.getPublicAddress({ publicAddressId }))).toBe('VPC.0504');
    expect(await refusal(b.networks.releasePublicAddress({ publicAddressId }))).toBe('VPC.0504');
    for (const id of ids) await a.networks.releasePublicAddress({ publicAddressId: id });
    expect(await usedOf('publicAddresses')).toBe(0);
  });

  test('have a type, and a bandwidth of their own', async () => {
    const { a } = emulator;
    const typeOf = async (input: Parameters<typeof a.networks.allocatePublicAddress>[0]) => {
      const { publicAddressId } = await a.networks.allocatePublicAddress(input);
      const { type } = await a.networks.getPublicAddress({ publicAddressId });
      await a.networks.releasePublicAddress({ publicAddressId });
      return type;
    };
    expect(await typeOf({})).toBe('BGP');
    for (const type of ['BGP', 'STATIC_BGP', 'MAIL_BGP'] as const)
      expect(await typeOf({ type, bandwidthShareType: 'PER' })).toBe(type);
    expect(await refusal(a.networks.allocatePublicAddress({ type: '5_gray' as 'BGP' }))).toBe('VPC.0501');
    for (const bandwidthShareType of ['WHOLE', 'per'])
      expect(await refusal(a.networks.allocatePublicAddress({ bandwidthShareType: bandwidthShareType as 'PER' }))).toBe(
        'VPC.0301',
      );
  });

  test('are limited by a quota', async () => {
    const { b } = emulator;
    for (let count = 1; count <= 10; count++) await b.networks.allocatePublicAddress({});
    expect(await refusal(b.networks.allocatePublicAddress({}))).toBe('VPC.0521');
  });

  test('are not bound where nothing could answer, with the reason', async () => {
    const { a, b } = emulator;
    const serverId = await emulator.launch();
    const { publicAddressId } = await a.networks.allocatePublicAddress({});
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId, serverId }))).toBe('Cloudyard.0003');
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId }))).toBe('VPC.0501');
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId, serverId: nowhere }))).toBe('VPC.0704');
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId: nowhere, serverId }))).toBe('VPC.0504');
    expect(await refusal(b.networks.bindPublicAddress({ publicAddressId, serverId }))).toBe('VPC.0504');
    await a.networks.unbindPublicAddress({ publicAddressId });
    expect(await a.networks.getPublicAddress({ publicAddressId })).toMatchObject({ portId: null });
  });
});
