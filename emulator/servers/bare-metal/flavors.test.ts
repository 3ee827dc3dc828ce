import { expect, test } from 'vitest';
import { defaultRegions } from '../../regions.ts';
import { findBareMetalFlavor, findFlavor, flavors } from '../flavors.ts';
import { bareMetalFlavors, boardTypes, extraSpecsOf } from './flavors.ts';

test('flavors of bare metal have ids of their own that say so, and boot from a disk or a volume', () => {
  const ids = bareMetalFlavors.map(({ id }) => id);
  expect(new Set([...ids, ...flavors.map(({ id }) => id)]).size).toBe(ids.length + flavors.length);
  for (const { id, kind, generation, machine } of bareMetalFlavors) {
    expect(id).toMatch(new RegExp(`^physical\\.${generation}\\.`));
    expect(kind).toBe('BARE_METAL');
    expect(machine.localDisk === null, id).toBe(machine.bootType === 'VOLUME');
    expect(boardTypes).toContain(machine.boardType);
  }
  expect(new Set(bareMetalFlavors.map(({ machine }) => machine.bootType)).size).toBe(2);
});

test('they are found by exact id, and those of cloud servers are none', () => {
  expect(findBareMetalFlavor('physical.s4.medium')).toBe(findFlavor('physical.s4.medium'));
  expect(findBareMetalFlavor('s3.medium.2')).toBeUndefined();
});

test('they name no zone that the default regions lack', () => {
  const zones = defaultRegions.flatMap(region => region.zones);
  for (const flavor of bareMetalFlavors) expect(zones).toEqual(expect.arrayContaining(Object.keys(flavor.zones)));
});

test('their attributes are written as the service writes them', () => {
  const flavor = bareMetalFlavors.find(({ id }) => id === 'physical.o2.medium');
  expect(flavor && extraSpecsOf(flavor)).toEqual({
    resource_type: 'ironic',
    'capabilities:hypervisor_type': 'ironic',
    'capabilities:cpu_arch': 'x86_64',
    'capabilities:board_type': 'o2',
    'baremetal:__support_evs': 'true',
    'baremetal:extBootType': 'Volume',
    'baremetal:net_num': '2',
    'baremetal:netcard_detail': '2 x 2*25GE',
    'baremetal:cpu_detail': '2 x 16 cores',
    'baremetal:memory_detail': '128 GB DDR4',
    'baremetal:disk_detail': 'none',
  });
});
