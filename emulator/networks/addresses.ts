/** IPv4 arithmetic of subnets: addresses are whole numbers here, dotted outside. */

export interface AddressSpace {
  readonly cidr: string;
  readonly gateway: string;
}

/** Addresses at the end of a subnet that the platform keeps: system interface, DHCP, broadcast. Source: the VPC user guides of both clouds. */
const RESERVED_AT_END = 3;

/** What servers may have of a subnet: everything but the network's own address, the gateway and the end that the platform keeps. */
export interface UsableAddresses {
  /** How many offsets there are to try, the gateway's among them. */
  readonly size: number;
  /** The address at an offset from 0 to `size`, or undefined for the gateway's. */
  at(offset: number): string | undefined;
  /** Whether servers may have this address. */
  includes(address: string): boolean;
}

export function usableAddresses({ cidr, gateway }: AddressSpace): UsableAddresses {
  const [base = '', prefix = ''] = cidr.split('/');
  const first = addressNumber(base);
  if (first === undefined || !/^\d+$/.test(prefix) || Number(prefix) > 32)
    throw new TypeError(`not a range of addresses: ${cidr}`);
  const size = Math.max(0, 2 ** (32 - Number(prefix)) - 1 - RESERVED_AT_END);
  const gatewayNumber = addressNumber(gateway);
  return {
    size,
    at(offset) {
      const number = first + 1 + offset;
      return offset < 0 || offset >= size || number === gatewayNumber ? undefined : dotted(number);
    },
    includes(address) {
      const number = addressNumber(address);
      return number !== undefined && number !== gatewayNumber && number > first && number <= first + size;
    },
  };
}

/** Undefined for what is no IPv4 address. */
export function addressNumber(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}

export function dotted(number: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.');
}
