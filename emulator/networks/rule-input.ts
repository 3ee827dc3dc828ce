/** What a rule of a security group can say. Source: compute 5.1, 5.3; numbers of protocols as Neutron reads them (upstream). */
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { CloudError, type ErrorCode, refuse } from '../errors.ts';
import type { SecurityGroupRule } from '../store/generated/client.ts';
import { oneOf, text } from '../validation.ts';
import { networkErrors as errors } from './errors.ts';
import { readPorts, writePorts } from './port-list.ts';
import { readRange } from './ranges.ts';
import { networkLimits, RulePriority, SecurityGroupDescription } from './rules.ts';

const directions = ['INGRESS', 'EGRESS'] as const;
const etherTypes = ['IPV4', 'IPV6'] as const;
const actions = ['ALLOW', 'DENY'] as const;

const whole = z.number().int();

export const RuleInput = z.object({
  direction: oneOf(directions, errors.ruleInvalid),
  etherType: oneOf(etherTypes, errors.ruleInvalid).default('IPV4'),
  protocol: text(errors.ruleProtocolInvalid).nullish(),
  portMin: whole.nullish(),
  portMax: whole.nullish(),
  /** `22,80,8000-8080`, instead of a first and last port. */
  multiport: text(errors.ruleMultiportInvalid).nullish(),
  remoteCidr: text(errors.ruleRemoteInvalid).nullish(),
  remoteGroupId: z.string().nullish(),
  action: oneOf(actions, errors.ruleInvalid).default('ALLOW'),
  priority: RulePriority.default(networkLimits.rulePriority.default),
  description: SecurityGroupDescription.nullish(),
});
type RuleInput = z.infer<typeof RuleInput>;

/** What makes a rule the same as another: all but the words about it. That action and priority belong to it is inferred. */
type RuleMatch = Pick<
  SecurityGroupRule,
  | 'direction'
  | 'etherType'
  | 'protocol'
  | 'portMin'
  | 'portMax'
  | 'multiport'
  | 'remoteCidr'
  | 'remoteGroupId'
  | 'action'
  | 'priority'
>;

/** Protocols that have names, by their numbers. */
const NAMED: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6' };
const ANY = 'any';

/** What the two numbers of a rule mean, by protocol. */
const NUMBERS: Readonly<Record<string, { readonly min: number; readonly max: number; readonly isRange: boolean }>> = {
  tcp: { min: 1, max: 65_535, isRange: true },
  udp: { min: 1, max: 65_535, isRange: true },
  icmp: { min: 0, max: 255, isRange: false },
  icmpv6: { min: 0, max: 255, isRange: false },
};

/** The rule in the form that is kept. Throws `ruleProtocolInvalid`, `rulePortsInvalid`, `ruleMultiportInvalid`, `ruleRemoteInvalid`. */
export function ruleOf(input: RuleInput): RuleMatch {
  const { direction, etherType, action, priority } = input;
  const protocol = protocolOf(input);
  const ports = portsOf(protocol, input);
  const remoteGroupId = input.remoteGroupId || null;
  refuse(Boolean(input.remoteCidr) && remoteGroupId !== null, errors.ruleRemoteInvalid, { field: 'remoteGroupId' });
  const remoteCidr = input.remoteCidr ? remoteOf(input.remoteCidr, etherType) : null;
  return { direction, etherType, protocol, ...ports, remoteCidr, remoteGroupId, action, priority };
}

function protocolOf({ protocol, etherType }: RuleInput): string | null {
  const word = protocol?.toLowerCase() ?? ANY;
  if (word === ANY || word === '') return null;
  const isNumber = /^(0|[1-9]\d{0,2})$/.test(word) && Number(word) <= 255;
  const name = NAMED[word] ?? word;
  refuse(!isNumber && NUMBERS[name] === undefined, errors.ruleProtocolInvalid, { field: 'protocol' });
  refuse(name === 'icmpv6' && etherType !== 'IPV6', errors.ruleProtocolInvalid, { field: 'protocol' });
  return name;
}

type RulePorts = Pick<RuleMatch, 'portMin' | 'portMax' | 'multiport'>;

/** A single port or range is kept as its first and last port, so that it is the same however it was written. */
function portsOf(protocol: string | null, { portMin, portMax, multiport }: RuleInput): RulePorts {
  if (!multiport) return { ...firstAndLast(protocol, portMin ?? null, portMax ?? null), multiport: null };
  const ranges = readPorts(multiport);
  const hasPorts = protocol !== null && NUMBERS[protocol]?.isRange;
  const isTwice = typeof portMin === 'number' || typeof portMax === 'number';
  if (!ranges || !hasPorts || isTwice) throw wrong(errors.ruleMultiportInvalid, 'multiport');
  const [only, ...others] = ranges;
  if (only && others.length === 0) return { portMin: only.first, portMax: only.last, multiport: null };
  return { portMin: null, portMax: null, multiport: ranges.map(writePorts).join(',') };
}

function firstAndLast(
  protocol: string | null,
  portMin: number | null,
  portMax: number | null,
): Pick<RulePorts, 'portMin' | 'portMax'> {
  if (portMin === null && portMax === null) return { portMin, portMax };
  const field = portMin === null ? 'portMax' : 'portMin';
  const numbers = protocol === null ? undefined : NUMBERS[protocol];
  if (!numbers) throw wrong(errors.rulePortsInvalid, field);
  const { min, max, isRange } = numbers;
  // A type without a code is every code of it; a code without a type says nothing.
  if (portMin === null || (isRange && portMax === null)) throw wrong(errors.rulePortsInvalid, field);
  const isFine = [portMin, portMax].every(value => value === null || (value >= min && value <= max));
  const isOrdered = !isRange || portMax === null || portMin <= portMax;
  refuse(!isFine || !isOrdered, errors.rulePortsInvalid, { field });
  return { portMin, portMax };
}

/** A single address is a range of one. */
function remoteOf(text: string, etherType: RuleInput['etherType']): string {
  const [address = '', prefix] = text.split('/');
  const isV4 = etherType === 'IPV4';
  const cidr = `${address}/${prefix ?? (isV4 ? 32 : 128)}`;
  const isRange = isV4 ? isIPv4(address) && readRange(cidr) !== undefined : isIPv6(address) && isPrefix(prefix ?? '128');
  refuse(!isRange, errors.ruleRemoteInvalid, { field: 'remoteCidr' });
  return cidr.toLowerCase();
}

const isPrefix = (text: string): boolean => /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 128;

const wrong = (error: ErrorCode, field: string): CloudError => new CloudError(error, { field });
