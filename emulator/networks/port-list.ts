/**
 * The ports of a rule in one text, `22,80,8000-8080`. Source: VPC API reference ("Creating a Security Group Rule", version 3), for the number
 * of its parts the user guide.
 */
import type { SecurityGroupRule } from '../store/generated/client.ts';
import { networkLimits } from './rules.ts';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** `65534-65535`, and a comma. */
const LONGEST_PART = 12;

/** The ports and ranges in the order of their first ports; undefined for what is no such text, or names one twice. */
export function readPorts(text: string): readonly PortRange[] | undefined {
  const { parts, min, max } = networkLimits.portsOfRule;
  if (text.length > parts * LONGEST_PART) return undefined;
  const ranges = text.split(',').map(part => {
    const [, first = '', last = first] = /^([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?$/.exec(part) ?? [];
    return { first: Number(first), last: Number(last) };
  });
  const isFine = ranges.every(({ first, last }) => first >= min && first <= last && last <= max);
  if (!isFine || ranges.length > parts || new Set(ranges.map(writePorts)).size < ranges.length) return undefined;
  return ranges.toSorted((a, b) => a.first - b.first || a.last - b.last);
}

export function writePorts({ first, last }: PortRange): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

/** All ports of a rule, however they are kept; null for every one, and for ICMP, which has none. */
export function portsOfRule({ protocol, portMin, portMax, multiport }: Ports): string | null {
  const isRange = portMin !== null && portMax !== null && (protocol === 'tcp' || protocol === 'udp');
  return isRange ? writePorts({ first: portMin, last: portMax }) : multiport;
}

type Ports = Pick<SecurityGroupRule, 'protocol' | 'portMin' | 'portMax' | 'multiport'>;
