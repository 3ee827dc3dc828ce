/** Ids of networks by name; what is an id already is taken as it is. Throws CliError where nothing is called so, or several things are. */
import type { Client } from '../../../client/client.ts';
import { idOf } from '../../find-by-name.ts';
import { listPorts, listPublicAddresses, listSecurityGroups, listSubnets, listVpcs } from '../../queries/networks.ts';

/** These lists are not filtered by name, so all of them is read. */
const ALL = Number.POSITIVE_INFINITY;

export const vpcCalled = (client: Client, text: string): Promise<string> =>
  idOf('VPC', text, () => listVpcs(client, ALL), { see: 'networks list' });

export const subnetCalled = (client: Client, text: string): Promise<string> =>
  idOf('subnet', text, () => listSubnets(client, ALL), { see: 'networks subnets' });

export const portCalled = (client: Client, text: string): Promise<string> =>
  idOf('port', text, () => listPorts(client, ALL), { see: 'networks ports' });

export const groupCalled = (client: Client, text: string): Promise<string> =>
  idOf('security group', text, () => listSecurityGroups(client, ALL), { see: 'networks groups' });

/** Of what `--group` names; undefined without it: the default group then. */
export const groupsCalled = async (client: Client, names: readonly string[] | undefined): Promise<string[] | undefined> =>
  names && Promise.all(names.map(name => groupCalled(client, name)));

/** By the address itself. */
export const addressCalled = (client: Client, text: string): Promise<string> =>
  idOf('elastic IP', text, () => listByAddress(client), { see: 'networks addresses' });

async function listByAddress(client: Client) {
  const { rows, more } = await listPublicAddresses(client, ALL);
  return { rows: rows.map(({ uuid, address }) => ({ uuid, name: address })), more };
}
