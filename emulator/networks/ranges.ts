/** Ranges of IPv4 addresses: `192.168.0.0/24`, with both ends. */
import { addressNumber, dotted } from './addresses.ts';

export interface AddressRange {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** Undefined for what is no range, or is not written with its first address. */
export function readRange(cidr: string): AddressRange | undefined {
  const [, base = '', bits = ''] = /^([\d.]+)\/(0|[1-9]\d?)$/.exec(cidr) ?? [];
  const first = addressNumber(base);
  const prefix = Number(bits);
  if (first === undefined || bits === '' || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1, prefix } : undefined;
}

export function holds(outer: AddressRange, inner: Pick<AddressRange, 'first' | 'last'>): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlap(one: AddressRange, other: AddressRange): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** Whether an address is inside and neither the first nor the last one. */
export function isHost({ first, last }: AddressRange, address: string): boolean {
  const number = addressNumber(address);
  return number !== undefined && number > first && number < last;
}

/** What a gateway is if nobody chose one. */
export function firstHost({ first }: AddressRange): string {
  return dotted(first + 1);
}

/** Whether a range is one of this machine's own addresses, away from 127.0.0.1, with room for some. */
export function isLoopbackRange(cidr: string): boolean {
  const range = readRange(cidr);
  const [whole, common] = [readRange('127.0.0.0/8'), readRange('127.0.0.0/24')];
  if (!range || !whole || !common || range.prefix > 29) return false;
  return holds(whole, range) && !overlap(range, common);
}
