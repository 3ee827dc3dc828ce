/** What a launch is told of its network, by cloud servers and bare-metal servers alike. */
import { builder } from './builder.ts';
import { readId, readIds } from './global-id.ts';

export const ServerNicInput = builder.inputType('ServerNicInput', {
  description: 'A network interface: in a subnet, with an address of your choice or without, or a port that you made.',
  fields: t => ({
    subnetId: t.id({ description: 'The subnet that it is in.' }),
    address: t.string({ description: 'An address of the subnet, for a single server; any that is free without it.' }),
    portId: t.id({ description: 'A port that no server has, instead of a subnet.' }),
  }),
});

interface NicInput {
  readonly subnetId?: string | null | undefined;
  readonly address?: string | null | undefined;
  readonly portId?: string | null | undefined;
}

function nicOf({ subnetId, address, portId }: NicInput, index: number) {
  return {
    subnetId: subnetId && readId.subnet(subnetId, `nics.${index}.subnetId`),
    address,
    portId: portId && readId.port(portId, `nics.${index}.portId`),
  };
}

interface LaunchNetwork {
  readonly nics?: readonly NicInput[] | null | undefined;
  readonly securityGroupIds?: readonly string[] | null | undefined;
  readonly publicAddress?:
    | { readonly publicAddressId?: string | null | undefined; readonly bandwidthSize?: number | null | undefined }
    | null
    | undefined;
}

/** With ids as the operations take them. */
export function launchNetworkOf({ nics, securityGroupIds, publicAddress }: LaunchNetwork) {
  return {
    nics: nics?.map(nicOf),
    securityGroupIds: securityGroupIds ? readIds(readId.securityGroup, securityGroupIds, 'securityGroupIds') : undefined,
    publicAddress: publicAddress && {
      publicAddressId:
        publicAddress.publicAddressId && readId.publicAddress(publicAddress.publicAddressId, 'publicAddress.publicAddressId'),
      bandwidthSize: publicAddress.bandwidthSize ?? undefined,
    },
  };
}
