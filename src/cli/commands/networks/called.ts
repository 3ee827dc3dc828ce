/** Ids of networks by name; what is an id already is taken as it is. Throws CliError where nothing is called so, or several things are. */
import type { Client } from '../../../client/client.ts';
import { idOf } from '../../find-by-name.ts';
import { listPublicAddresses, listSecurityGroups, listSubnets, listVpcs } from '../../queries/networks.ts';

export const vpcCalled = (client: Client, text: string): Promise<string> =>
  idOf('VPC', text, (_name, limit) => listVpcs(client, limit));

export const subnetCalled = (client: Client, text: string): Promise<string> =>
  idOf('subnet', text, (_name, limit) => listSubnets(client, limit));

export const groupCalled = (client: Client, text: string): Promise<string> =>
  idOf('security group', text, (_name, limit) => listSecurityGroups(client, limit));

/** By the address itself. */
export const addressCalled = (client: Client, text: string): Promise<string> =>
  idOf('elastic IP', text, async (_name, limit) => {
    const { rows, more } = await listPublicAddresses(client, limit);
    return { rows: rows.map(({ uuid, address }) => ({ uuid, name: address })), more };
  });
