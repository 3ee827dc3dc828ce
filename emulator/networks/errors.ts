/**
 * Error codes of the network service that Cloudyard can answer. Wording is ours; a code may have several names where it has several causes.
 *
 * Source: compute 5.5, with the statuses of the VPC API reference ("Error codes"); where a page gives 404/500, not found is the 404. The
 * codes that are documented and not here are in error-catalogue.ts.
 */
import { errorCodes } from '../errors.ts';

export const networkErrors = errorCodes({
  projectMismatch: ['VPC.0007', 400, 'The project in the request is not the one of the token.'],
  notPermitted: ['VPC.2201', 403, 'Your role does not allow this.'],

  // VPCs
  vpcNotFound: ['VPC.0003', 404, 'No VPC has this id.'],
  vpcInvalid: ['VPC.0101', 400, 'A parameter of the VPC is not valid.'],
  vpcIdInvalid: ['VPC.0101', 400, 'A VPC id is a lower-case UUID with dashes.'],
  vpcNameInvalid: ['VPC.0101', 400, 'A VPC name has 1 to 64 letters, digits, "-", "_" and ".".'],
  vpcDescriptionInvalid: ['VPC.0101', 400, 'The description of a VPC has at most 255 characters, without "<" and ">".'],
  vpcRangeInvalid: [
    'VPC.0101',
    400,
    'A VPC has a range inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 of up to 24 bits, written with its first address.',
  ],
  vpcNameTaken: ['VPC.0115', 400, 'A VPC of this name exists.'],
  vpcQuotaUsedUp: ['VPC.0114', 409, 'The quota of VPCs is used up.'],
  vpcHasSubnets: ['VPC.0104', 409, 'The VPC has subnets; delete them first.'],
  vpcRangeTooSmall: ['VPC.0117', 400, 'The range does not hold the subnets that the VPC has.'],

  // Subnets
  subnetNotFound: ['VPC.0202', 404, 'No subnet has this id.'],
  subnetInvalid: ['VPC.0201', 400, 'A parameter of the subnet is not valid.'],
  subnetIdInvalid: ['VPC.0201', 400, 'A subnet id is a lower-case UUID with dashes.'],
  subnetNameInvalid: ['VPC.0201', 400, 'A subnet name has 1 to 64 letters, digits, "-", "_" and ".".'],
  subnetDescriptionInvalid: ['VPC.0201', 400, 'The description of a subnet has at most 255 characters, without "<" and ">".'],
  gatewayInvalid: ['VPC.0201', 400, 'The gateway is an address inside the subnet, neither its first nor its last.'],
  dnsInvalid: ['VPC.0201', 400, 'A DNS server is an IPv4 address.'],
  subnetRangeInvalid: ['VPC.0212', 400, 'A subnet has a range of at most 28 bits, written with its first address.'],
  subnetOutsideVpc: ['VPC.0203', 400, 'The subnet is not inside the range of the VPC.'],
  subnetOverlaps: ['VPC.0204', 400, 'The subnet overlaps with another one of the VPC.'],
  subnetHasAddresses: ['VPC.0208', 500, 'The subnet has ports; delete them first.'],
  subnetInUse: ['VPC.0209', 500, 'Servers use the subnet.'],
  /** No code of version 1 speaks of this quota. */
  subnetQuotaUsedUp: ['VPC.9905', 409, 'The quota of subnets is used up.'],

  // Ports, which are called private IP addresses in this API
  portNotFound: ['VPC.0704', 404, 'No port has this id.'],
  portInvalid: ['VPC.0702', 400, 'A parameter of the port is not valid.'],
  portNameInvalid: ['VPC.0702', 400, 'A port name has at most 64 letters, digits, "-", "_" and ".".'],
  addressInUse: ['VPC.0701', 409, 'The address is in use.'],
  addressOutsideSubnet: ['VPC.0705', 400, 'The address is not one of the subnet.'],
  noFreeAddress: ['VPC.0703', 409, 'The subnet has no free address.'],
  /** No code of version 1 speaks of this quota. */
  portQuotaUsedUp: ['VPC.9905', 409, 'The quota of ports is used up.'],
  portInUse: ['VPC.0707', 409, 'A server uses the port.'],

  // Security groups
  securityGroupNotFound: ['VPC.0603', 404, 'No security group has this id.'],
  securityGroupInvalid: ['VPC.0601', 400, 'A parameter of the security group is not valid.'],
  securityGroupNameInvalid: ['VPC.0601', 400, 'The name of a security group has 1 to 64 letters, digits, "-", "_" and ".".'],
  securityGroupDescriptionInvalid: [
    'VPC.0601',
    400,
    'The description of a security group or rule has at most 255 characters, without "<" and ">".',
  ],
  securityGroupQuotaUsedUp: ['VPC.0604', 409, 'The quota of security groups is used up.'],
  securityGroupsOfPortInvalid: ['VPC.0606', 400, 'A port is in 1 to 10 security groups.'],
  /** Those about rules are codes of version 3: version 1 has none of its own for them. */
  securityGroupInUse: ['VPC.9902', 409, 'The security group is in use by ports, or by rules of another group.'],
  securityGroupIsDefault: ['VPC.9902', 409, 'The default security group stays.'],
  ruleNotFound: ['VPC.9904', 404, 'No rule has this id.'],
  remoteGroupNotFound: ['VPC.9904', 404, 'No security group has the id of the remote group.'],
  ruleExists: ['VPC.9902', 409, 'The security group has this rule already.'],
  ruleQuotaUsedUp: ['VPC.9905', 409, 'The quota of security group rules is used up.'],
  ruleInvalid: ['VPC.9901', 400, 'A parameter of the rule is not valid.'],
  ruleProtocolInvalid: ['VPC.9901', 400, 'A protocol is tcp, udp, icmp, icmpv6 (with IPv6), or a number from 0 to 255.'],
  rulePortsInvalid: [
    'VPC.9901',
    400,
    'Ports go with tcp and udp: 1 to 65535, the first not above the last; with icmp they are type and code, 0 to 255.',
  ],
  ruleMultiportInvalid: [
    'VPC.9901',
    400,
    'Several ports are up to 20 different ports and ranges of tcp or udp, 1 to 65535, as in "22,80,8000-8080", and go without a first and last one.',
  ],
  rulePriorityInvalid: ['VPC.9901', 400, 'The priority of a rule is 1, the highest, to 100.'],
  ruleRemoteInvalid: ['VPC.9901', 400, 'The other side of a rule is a range of its IP version, or a security group, or anybody.'],

  // Elastic IPs
  publicAddressNotFound: ['VPC.0504', 404, 'No elastic IP has this id.'],
  publicAddressInvalid: ['VPC.0501', 400, 'A parameter of the elastic IP is not valid.'],
  publicAddressTypeInvalid: ['VPC.0501', 400, 'No elastic IP of this type can be assigned.'],
  bandwidthInvalid: [
    'VPC.0301',
    400,
    'A bandwidth has 1 to 1000 Mbit/s, and a name of 1 to 64 letters, digits, "-", "_" and ".".',
  ],
  bandwidthNotShared: ['VPC.0301', 400, 'There are no shared bandwidths: each elastic IP has its own (PER).'],
  publicAddressBound: ['VPC.0510', 409, 'The elastic IP is bound already.'],
  portHasPublicAddress: ['VPC.0511', 409, 'The port has an elastic IP already.'],
  publicAddressBusy: ['VPC.0512', 409, 'The elastic IP, or its server, is being worked on.'],
  publicAddressStillBound: ['VPC.0517', 409, 'The elastic IP is bound; unbind it first.'],
  publicAddressQuotaUsedUp: ['VPC.0521', 409, 'The quota of elastic IPs is used up.'],
  publicAddressTaken: ['VPC.0522', 409, 'Another program of this machine uses the address.'],
  publicAddressNotBound: ['VPC.0514', 500, 'The elastic IP could not be bound.'],
  noPublicAddress: ['VPC.0532', 409, 'No elastic IP is free.'],
});
