/**
 * Limits and checks of networks: a table, and a schema for each input that carries the documented code of each check.
 *
 * Source: compute 5 (calls), 9.1 (limits), 9.2 (names), and the VPC API reference for the smallest subnet.
 */
import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import { descriptionOf } from '../names.ts';
import { failsWith, integer, oneOf, text, uuid } from '../validation.ts';
import { addressNumber } from './addresses.ts';
import { networkErrors as errors } from './errors.ts';
import { holds, readRange } from './ranges.ts';

export const networkLimits = {
  name: { min: 1, max: 64 },
  description: { max: 255 },
  /** What a VPC can be inside of, and the bits that its range can have. */
  vpcRanges: [
    { cidr: '10.0.0.0/8', maxPrefix: 24 },
    { cidr: '172.16.0.0/12', maxPrefix: 24 },
    { cidr: '192.168.0.0/16', maxPrefix: 24 },
  ],
  subnetPrefix: { max: 28 },
  securityGroupsOfPort: { min: 1, max: 10 },
  /** In one text: up to 20 ports and ranges. */
  portsOfRule: { parts: 20, min: 1, max: 65_535 },
  /** 1 is the highest. `first` is that of the rules that every group begins with. Source: VPC API reference, version 3. */
  rulePriority: { min: 1, max: 100, default: 1, first: 100 },
  /** Mbit/s */
  bandwidth: { min: 1, max: 1000 },
  /** What a tenant may have, by default, from the sample of the quotas call. Ports: no number is documented (inferred). */
  quota: { vpcs: 150, subnets: 400, ports: 5000, securityGroups: 100, securityGroupRules: 5000, publicAddresses: 10 },
} as const;

/** The DNS servers of a subnet for which none were named. Source: compute 5.1. */
export const defaultDns = { primary: '100.125.4.25', secondary: '100.125.129.199' } as const;

const isName = (name: string): boolean => /^[A-Za-z0-9_.-]*$/.test(name) && name.length <= networkLimits.name.max;

const name = (invalid: ErrorCode) =>
  text(invalid).refine(value => isName(value) && value.length >= networkLimits.name.min, failsWith(invalid));

const description = (invalid: ErrorCode) => descriptionOf(networkLimits.description, invalid);

export const VpcId = uuid(errors.vpcIdInvalid);
export const VpcName = name(errors.vpcNameInvalid);
export const VpcDescription = description(errors.vpcDescriptionInvalid);
export const VpcRange = text(errors.vpcRangeInvalid).refine(isVpcRange, failsWith(errors.vpcRangeInvalid));

function isVpcRange(cidr: string): boolean {
  const range = readRange(cidr);
  return networkLimits.vpcRanges.some(allowed => {
    const outer = readRange(allowed.cidr);
    return range !== undefined && outer !== undefined && holds(outer, range) && range.prefix <= allowed.maxPrefix;
  });
}

export const SubnetId = uuid(errors.subnetIdInvalid);
export const SubnetName = name(errors.subnetNameInvalid);
export const SubnetDescription = description(errors.subnetDescriptionInvalid);
export const SubnetRange = text(errors.subnetRangeInvalid).refine(
  cidr => (readRange(cidr)?.prefix ?? 32) <= networkLimits.subnetPrefix.max,
  failsWith(errors.subnetRangeInvalid),
);
export const DnsServer = text(errors.dnsInvalid).refine(
  address => addressNumber(address) !== undefined,
  failsWith(errors.dnsInvalid),
);

/** It may be empty. */
export const PortName = text(errors.portNameInvalid).refine(isName, failsWith(errors.portNameInvalid));

export const SecurityGroupName = name(errors.securityGroupNameInvalid);
export const SecurityGroupDescription = description(errors.securityGroupDescriptionInvalid);
export const SecurityGroupsOfPort = z
  .array(z.string())
  .refine(
    ({ length }) => length >= networkLimits.securityGroupsOfPort.min && length <= networkLimits.securityGroupsOfPort.max,
    failsWith(errors.securityGroupsOfPortInvalid),
  );

export const RulePriority = integer(networkLimits.rulePriority, errors.rulePriorityInvalid);

/**
 * Those that can be assigned: `5_bgp`, `5_sbgp`, `5_mailbgp`. The others are for load balancers, IPv6, or a carrier of one region. Source:
 * compute 5.1, and the API references of both clouds ("Assigning an EIP").
 */
export const PublicAddressType = oneOf(['BGP', 'STATIC_BGP', 'MAIL_BGP'], errors.publicAddressTypeInvalid);

export const BandwidthName = name(errors.bandwidthInvalid);
export const BandwidthSize = integer(networkLimits.bandwidth, errors.bandwidthInvalid);
/** A bandwidth of its own. One that is shared (WHOLE) has to be there before, and there are none. Source: compute 5.1. */
export const BandwidthShareType = oneOf(['PER', 'WHOLE'], errors.bandwidthInvalid).refine(
  shareType => shareType === 'PER',
  failsWith(errors.bandwidthNotShared),
);
