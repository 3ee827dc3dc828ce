/** Refusals that need quotas that are used up, or hardware that does not do what it could. */
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { type Hardware, HardwareError } from '../emulator/hardware/hardware.ts';
import { makeBindable } from './bindable.ts';
import { type EmulatorCloud, FLAVOR, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { refused } from './refused.ts';

let emulator: EmulatorCloud;
let bind: MockInstance<Hardware['bindAddress']>;
beforeEach(async () => {
  emulator = await openEmulator({
    config: { quotas: { vpcs: 2, securityGroups: 2 }, publicAddresses: { range: '127.88.0.0/29' } },
  });
  bind = makeBindable(emulator);
});
afterEach(() => emulator.close());

const allocate = async () => (await emulator.a.networks.allocatePublicAddress({})).publicAddressId;
const failure = new HardwareError('failed', 'no such luck');

interface Case {
  readonly code: string;
  /** What makes it so that the call is refused. */
  readonly before: () => Promise<unknown>;
  readonly call: () => Promise<unknown>;
}

const cases: Readonly<Record<string, () => Promise<Case>>> = {
  'a VPC beyond the quota': async () => {
    const make = (name: string) => emulator.a.networks.createVpc({ name, cidr: '10.0.0.0/16' });
    return { code: 'VPC.0114', before: () => make('one'), call: () => make('two') };
  },
  'a security group beyond the quota': async () => {
    const make = (name: string) => emulator.a.networks.createSecurityGroup({ name });
    return { code: 'VPC.0604', before: () => make('one'), call: () => make('two') };
  },
  'an elastic IP where none is free': async () => ({
    code: 'VPC.0532',
    before: async () => {
      for (let count = 1; count <= 6; count++) await allocate();
    },
    call: allocate,
  }),
  'a launch with a new one there': async () => ({
    code: 'VPC.0532',
    before: async () => {
      for (let count = 1; count <= 6; count++) await allocate();
    },
    call: () => emulator.a.servers.launch({ name: 'web', imageId: SOURCE, flavorId: FLAVOR, publicAddress: {} }),
  }),
  'a second elastic IP for a port': async () => {
    const serverId = await emulator.launch();
    const [first, second] = [await allocate(), await allocate()];
    const bindTo = (publicAddressId: string) => emulator.a.networks.bindPublicAddress({ publicAddressId, serverId });
    return { code: 'VPC.0511', before: () => bindTo(first), call: () => bindTo(second) };
  },
  'releasing an elastic IP that is bound': async () => {
    const serverId = await emulator.launch();
    const publicAddressId = await allocate();
    return {
      code: 'VPC.0517',
      before: () => emulator.a.networks.bindPublicAddress({ publicAddressId, serverId }),
      call: () => emulator.a.networks.releasePublicAddress({ publicAddressId }),
    };
  },
};

test.each(Object.keys(cases))('%s is refused', async name => {
  const one = await cases[name]?.();
  expect(await refusal(one?.before() ?? Promise.resolve())).toBeUndefined();
  expect(await refusal(one?.call() ?? Promise.resolve())).toBe(one?.code);
});

describe('an elastic IP that the hardware does not bind', () => {
  test.each([
    ['because another program has the address', 'port-taken', 'VPC.0522', 409],
    ['for any other reason', 'failed', 'VPC.0514', 500],
  ] as const)('%s, stays free', async (_, problem, code, status) => {
    const { a } = emulator;
    const serverId = await emulator.launch();
    const publicAddressId = await allocate();
    bind.mockRejectedValueOnce(new HardwareError(problem, 'no such luck'));
    const answer = await refused(a.networks.bindPublicAddress({ publicAddressId, serverId }));
    expect(answer).toMatchObject({ code, status, message: expect.stringContaining('no such luck') });
    expect(await a.networks.getPublicAddress({ publicAddressId })).toMatchObject({ portId: null, status: 'DOWN' });
    expect(await refusal(a.networks.bindPublicAddress({ publicAddressId, serverId }))).toBeUndefined();
  });
});

describe('a launch', () => {
  const launched = async () => {
    const { jobId } = await emulator.a.servers.launch({
      name: 'web',
      imageId: SOURCE,
      flavorId: FLAVOR,
      publicAddress: {},
    });
    return emulator.over(jobId);
  };

  test('whose elastic IP is not bound fails, and leaves no elastic IP', async () => {
    bind.mockRejectedValueOnce(failure);
    expect(await launched()).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0210' });
    expect((await emulator.a.networks.listPublicAddresses({})).rows).toEqual([]);
    expect(await launched()).toMatchObject({ status: 'SUCCESS' });
  });

  test('whose network is not made fails, and leaves no port', async () => {
    vi.spyOn(emulator.cloud.hardware, 'ensureSubnet').mockRejectedValueOnce(failure);
    expect(await launched()).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0212' });
    expect((await emulator.a.networks.listPorts({})).rows).toEqual([]);
    expect(await launched()).toMatchObject({ status: 'SUCCESS' });
  });
});
