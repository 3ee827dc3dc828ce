import { expect, test } from 'vitest';
import { portsOfRule, readPorts, writePorts } from './port-list.ts';

const twenty = Array.from({ length: 20 }, (_, index) => index + 1).join(',');

test.each([
  ['80', '80'],
  ['80-80', '80'],
  ['1-30', '1-30'],
  ['22,3389,80', '22,80,3389'],
  ['8000-8080,22', '22,8000-8080'],
  ['1-65535', '1-65535'],
  [twenty, twenty],
])('%s is %s', (text, written) => {
  expect(readPorts(text)?.map(writePorts).join(',')).toBe(written);
});

test.each([
  '',
  ',',
  '80,',
  'http',
  '0',
  '65536',
  '080',
  '30-1',
  '1-',
  '-1',
  '1-2-3',
  '80, 443',
  '80,80',
  '1-1,1',
  `${twenty},21`,
])('%j is no list of ports', text => {
  expect(readPorts(text)).toBeUndefined();
});

test.each([
  [{ protocol: 'tcp', portMin: 22, portMax: 22, multiport: null }, '22'],
  [{ protocol: 'udp', portMin: 1, portMax: 30, multiport: null }, '1-30'],
  [{ protocol: 'tcp', portMin: null, portMax: null, multiport: '22,80' }, '22,80'],
  [{ protocol: 'tcp', portMin: null, portMax: null, multiport: null }, null],
  [{ protocol: 'icmp', portMin: 8, portMax: 0, multiport: null }, null],
])('the ports of the rule %j are %s', (rule, ports) => {
  expect(portsOfRule(rule)).toBe(ports);
});

test('of a text that is longer than all its parts can be nothing is looked at', () => {
  expect(readPorts('1,'.repeat(6_000_000))).toBeUndefined();
});
