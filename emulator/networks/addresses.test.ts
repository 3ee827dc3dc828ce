import { expect, test } from 'vitest';
import { usableAddresses } from './addresses.ts';

const all = (cidr: string, gateway: string): string[] => {
  const usable = usableAddresses({ cidr, gateway });
  return Array.from({ length: usable.size }, (_, offset) => usable.at(offset)).filter(address => address !== undefined);
};

test('servers get neither the address of the network or the gateway nor the last three', () => {
  expect(all('192.168.0.0/28', '192.168.0.1')).toEqual(Array.from({ length: 11 }, (_, n) => `192.168.0.${n + 2}`));
  expect(all('10.0.0.0/29', '10.0.0.4')).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  expect(all('10.0.0.0/30', '10.0.0.1')).toEqual([]);
  expect(all('10.0.0.0/31', '10.0.0.1')).toEqual([]);
});

test('a large subnet goes over the borders of bytes', () => {
  const usable = usableAddresses({ cidr: '192.168.0.0/16', gateway: '192.168.0.1' });
  expect(usable.size).toBe(65_532);
  expect(usable.at(255)).toBe('192.168.1.0');
  expect(usable.at(usable.size - 1)).toBe('192.168.255.252');
  expect(usable.at(usable.size)).toBeUndefined();
});

test.each([
  ['192.168.0.2', true],
  ['192.168.0.252', true],
  ['192.168.0.0', false],
  ['192.168.0.1', false],
  ['192.168.0.253', false],
  ['192.168.0.255', false],
  ['192.168.1.2', false],
  ['192.168.0.02', false],
  ['192.168.0.2 ', false],
  ['192.168.0', false],
  ['::1', false],
  ['', false],
])('whether %j is one of 192.168.0.0/24: %s', (address, is) => {
  expect(usableAddresses({ cidr: '192.168.0.0/24', gateway: '192.168.0.1' }).includes(address)).toBe(is);
});

test.each(['192.168.0.0', '192.168.0.0/33', 'x/24', '192.168.0.0/'])('%j is no range', cidr => {
  expect(() => usableAddresses({ cidr, gateway: '192.168.0.1' })).toThrow(TypeError);
});
