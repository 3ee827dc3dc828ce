/**
 * Error codes of the network service that Cloudyard can answer, as far as default networks and look-ups go. Wording is ours.
 *
 * Source: compute 5.5, with the statuses of the VPC API reference ("Error codes"); where a page gives 404/500, not found is the 404.
 */
import { errorCodes } from '../errors.ts';

export const networkErrors = errorCodes({
  projectMismatch: ['VPC.0007', 400, 'The project in the request is not the one of the token.'],
  notPermitted: ['VPC.2201', 403, 'Your role does not allow this.'],
  vpcNotFound: ['VPC.0003', 404, 'No VPC has this id.'],
  vpcIdInvalid: ['VPC.0101', 400, 'A VPC id is a lower-case UUID with dashes.'],
  subnetNotFound: ['VPC.0202', 404, 'No subnet has this id.'],
  subnetIdInvalid: ['VPC.0201', 400, 'A subnet id is a lower-case UUID with dashes.'],
  subnetOfAnotherVpc: ['VPC.0207', 400, 'The subnet does not belong to the VPC.'],
  subnetInUse: ['VPC.0209', 500, 'Servers use the subnet.'],
  /** Ports are called private IP addresses in this API. */
  portNotFound: ['VPC.0704', 404, 'No port has this id.'],
  addressInUse: ['VPC.0701', 409, 'The address is in use.'],
  addressOutsideSubnet: ['VPC.0705', 400, 'The address is not one of the subnet.'],
  noFreeAddress: ['VPC.0703', 409, 'The subnet has no free address.'],
  securityGroupNotFound: ['VPC.0603', 404, 'No security group has this id.'],
});
