/**
 * All error codes that the network service documents for what Cloudyard has of it. Those that can be answered are in errors.ts; here are
 * the others, by the reason why not. Source: compute 5.5 and the VPC API reference ("Error codes").
 */
import { type AbsentErrors, errorCatalogue } from '../error-catalogue.ts';
import { networkErrors } from './errors.ts';

const absent: readonly AbsentErrors[] = [
  {
    reason: 'Nothing is charged, restricted or bound to a real person here.',
    codes: [
      ['VPC.0005', 'The user is restricted.'],
      ['VPC.0009', 'The account has not been authenticated by real name.'],
      ['VPC.0502', 'The account may not have elastic IPs.'],
      ['VPC.2701', 'The balance does not allow this.'],
    ],
  },
  {
    reason: 'There are no load balancers, VPNs, firewalls, custom routes, tags of networks or extra ranges.',
    codes: [
      ['VPC.0107', 'The VPC has a firewall.'],
      ['VPC.0118', 'The VPC has a load balancer.'],
      ['VPC.0119', 'The load balancer failed.'],
      ['VPC.0120', 'The VPC has routes.'],
      ['VPC.0206', 'A VPN uses the subnet.'],
      ['VPC.0210', 'Routes use the subnet.'],
      ['VPC.0211', 'A load balancer uses the subnet.'],
      ['VPC.0516', 'A load balancer uses the elastic IP.'],
      ['VPC.0518', 'The elastic IP has firewall rules.'],
      ['VPC.1801', 'A tag is not valid.'],
    ],
  },
  {
    reason: 'A subnet is named by its own id alone, without its VPC.',
    codes: [['VPC.0207', 'The subnet does not belong to the VPC.']],
  },
  {
    reason: 'Networks are there at once, and never in between.',
    codes: [
      ['VPC.0004', 'The VPC is not active.'],
      ['VPC.0103', 'The VPC is busy.'],
      ['VPC.0110', 'The VPC is not in a stable state.'],
      ['VPC.0113', 'The router is not active.'],
      ['VPC.0205', 'The subnet is not active.'],
    ],
  },
  {
    reason: 'Reports a neighbour of the network service that does not answer; here all of them are one process.',
    codes: [
      ['VPC.0010', 'The system below does not allow this.'],
      ['VPC.0102', 'The router could not be deleted.'],
      ['VPC.0105', 'OpenStack failed with a VPC.'],
      ['VPC.0106', 'OpenStack answered nothing for a VPC.'],
      ['VPC.0111', 'The database failed.'],
      ['VPC.0302', 'OpenStack failed with a bandwidth.'],
      ['VPC.0305', 'The bandwidth could not be changed.'],
      ['VPC.0503', 'The elastic IP could not be assigned.'],
      ['VPC.0513', 'The network of the elastic IP is gone.'],
      ['VPC.0602', 'The security group could not be read or written.'],
      ['VPC.0608', 'OpenStack failed with the security groups of a port.'],
      ['VPC.0612', 'OpenStack failed with a security group.'],
      ['VPC.0706', 'The port could not be deleted.'],
    ],
  },
  {
    reason: 'Another code says the same, or says it more exactly.',
    codes: [
      ['VPC.0002', 'The availability zone is empty (subnets are in all zones here).'],
      ['VPC.0008', 'The token is not valid (APIGW.0301 here).'],
      ['VPC.0108', 'The VPC is in use (VPC.0104 here).'],
      ['VPC.0109', 'The VPC is used by something else (VPC.0104 here).'],
      ['VPC.0112', 'The VPC has security groups (they belong to the tenant here).'],
      ['VPC.0306', 'No bandwidth has this id (each elastic IP has its own here).'],
      ['VPC.0508', 'The port is not valid (VPC.0704 here).'],
      ['VPC.0509', 'The port has an elastic IP already (VPC.0511 here).'],
      ['VPC.0607', 'The server is not in this group, or in no other (VPC.0606 here).'],
      ['VPC.0609', 'Too many ports in one request (one at a time here).'],
      ['VPC.1207', 'No quota is of this type (APIGW.0201 here).'],
      ['VPC.2204', 'Nothing has this id (each thing has its own code here).'],
      ['VPC.2301', 'The id of the network is not valid (VPC.0202 here).'],
      ['VPC.2302', 'No network has this id (VPC.0202 here).'],
    ],
  },
];

/** Every documented code of the network service, in order. */
export const networkErrorCatalogue = errorCatalogue(networkErrors, absent);
