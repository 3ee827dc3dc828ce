import type { Client } from '../../client/client.ts';
import { type Listing, readAll } from './pages.ts';
import { ERROR } from './result.ts';

export interface Vpc {
  readonly uuid: string;
  readonly name: string;
  readonly cidr: string;
  readonly isDefault: boolean;
}

export interface Subnet extends Vpc {
  readonly gateway: string;
  readonly vpc: { readonly name: string } | null;
}

export interface Port {
  readonly uuid: string;
  readonly name: string;
  readonly address: string;
  readonly mac: string;
  readonly status: string;
  readonly securityGroups: readonly { readonly name: string }[];
  readonly subnet: { readonly name: string } | null;
  readonly server: { readonly name: string } | null;
}

export interface PublicAddress {
  readonly uuid: string;
  readonly address: string;
  readonly status: string;
  readonly type: string;
  readonly bandwidthSize: number;
  readonly port: { readonly address: string; readonly server: { readonly name: string } | null } | null;
}

export interface SecurityGroup {
  readonly uuid: string;
  readonly name: string;
  readonly rules: readonly {
    readonly uuid: string;
    readonly direction: string;
    readonly etherType: string;
    readonly protocol: string | null;
    readonly action: string;
    readonly priority: number;
    readonly multiport: string | null;
    readonly portMin: number | null;
    readonly portMax: number | null;
    readonly remoteCidr: string | null;
    readonly remoteGroup: { readonly name: string } | null;
  }[];
}

/** An interface to be made: in a subnet, or a port that is there. */
export interface Nic {
  readonly subnetId?: string | undefined;
  readonly address?: string | undefined;
  readonly portId?: string | undefined;
}

/** What a launch is told of its network. */
export interface LaunchNetwork {
  readonly nics?: readonly Nic[] | undefined;
  readonly securityGroupIds?: readonly string[] | undefined;
  /** One that is there, or a new one for each server. */
  readonly publicAddress?:
    | { readonly publicAddressId?: string | undefined; readonly bandwidthSize?: number | undefined }
    | undefined;
}

const VPC = 'uuid name cidr isDefault';
const SUBNET = `${VPC} gateway vpc { name }`;
const PORT = 'uuid name address mac status securityGroups { name } subnet { name } server { name }';
const PUBLIC_ADDRESS = 'uuid address status type bandwidthSize port { address server { name } }';
const SECURITY_GROUP = `uuid name rules {
  uuid direction etherType protocol action priority multiport portMin portMax remoteCidr remoteGroup { name }
}`;

const listOf =
  <Row>(field: string, selection: string) =>
  (client: Client, limit: number): Promise<Listing<Row>> =>
    readAll<Row>(
      client,
      `query ($first: Int, $after: String) {
        ${field}(first: $first, after: $after) { edges { node { ${selection} } } pageInfo { hasNextPage endCursor } }
      }`,
      {},
      limit,
    );

export const listVpcs = listOf<Vpc>('vpcs', VPC);
export const listSubnets = listOf<Subnet>('subnets', SUBNET);
export const listPorts = listOf<Port>('ports', PORT);
export const listPublicAddresses = listOf<PublicAddress>('publicAddresses', PUBLIC_ADDRESS);
export const listSecurityGroups = listOf<SecurityGroup>('securityGroups', SECURITY_GROUP);

/** A mutation with an input object and one field of its payload. */
const change =
  <Payload extends object>(mutation: string, payload: string) =>
  (client: Client, input: Readonly<Record<string, unknown>>): Promise<Payload> => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const document = `mutation ($input: ${type}Input!) {
      ${mutation}(input: $input) { __typename ... on ${type}Payload { ${payload} } ${ERROR} }
    }`;
    return client.mutate<Payload>(document, { input });
  };

export const createVpc = change<{ readonly vpc: Vpc }>('createVpc', `vpc { ${VPC} }`);
export const deleteVpc = change<{ readonly deletedVpcId: string }>('deleteVpc', 'deletedVpcId');
export const createSubnet = change<{ readonly subnet: Subnet }>('createSubnet', `subnet { ${SUBNET} }`);
export const deleteSubnet = change<{ readonly deletedSubnetId: string }>('deleteSubnet', 'deletedSubnetId');
export const createPort = change<{ readonly port: Port }>('createPort', `port { ${PORT} }`);
export const deletePort = change<{ readonly deletedPortId: string }>('deletePort', 'deletedPortId');

type AddressChange = { readonly publicAddress: PublicAddress };
export const allocatePublicAddress = change<AddressChange>('allocatePublicAddress', `publicAddress { ${PUBLIC_ADDRESS} }`);
export const bindPublicAddress = change<AddressChange>('bindPublicAddress', `publicAddress { ${PUBLIC_ADDRESS} }`);
export const unbindPublicAddress = change<AddressChange>('unbindPublicAddress', `publicAddress { ${PUBLIC_ADDRESS} }`);
export const releasePublicAddress = change<{ readonly releasedPublicAddressId: string }>(
  'releasePublicAddress',
  'releasedPublicAddressId',
);

type GroupChange = { readonly securityGroup: SecurityGroup };
export const createSecurityGroup = change<GroupChange>('createSecurityGroup', `securityGroup { ${SECURITY_GROUP} }`);
export const deleteSecurityGroup = change<{ readonly deletedSecurityGroupId: string }>(
  'deleteSecurityGroup',
  'deletedSecurityGroupId',
);
export const createSecurityGroupRule = change<GroupChange & { readonly ruleUuid: string }>(
  'createSecurityGroupRule',
  `ruleUuid securityGroup { ${SECURITY_GROUP} }`,
);
export const deleteSecurityGroupRule = change<GroupChange>('deleteSecurityGroupRule', `securityGroup { ${SECURITY_GROUP} }`);
