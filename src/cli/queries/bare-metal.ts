import type { Client } from '../../client/client.ts';
import type { LaunchNetwork } from './networks.ts';
import { ERROR } from './result.ts';
import { changing, type Launch, SERVER, type Server, type ServersChange } from './servers.ts';

export const powerActions = ['POWER_ON', 'POWER_OFF', 'SOFT_POWER_OFF', 'REBOOT', 'SOFT_REBOOT'] as const;
export type PowerAction = (typeof powerActions)[number];

export const bootDevices = ['DISK', 'PXE', 'CDROM'] as const;
export type BootDevice = (typeof bootDevices)[number];

export interface DataDisk {
  /** GiB */
  readonly size: number;
  readonly type?: string | undefined;
}

type Common = 'name' | 'imageId' | 'flavorId' | 'count' | 'availabilityZone' | 'keyName' | 'adminPassword' | 'userData' | 'tags';

export interface BareMetalLaunch extends Pick<Launch, Common>, LaunchNetwork {
  readonly rootVolume?: { readonly type?: string | undefined; readonly size?: number | undefined } | undefined;
  readonly dataDisks?: readonly DataDisk[] | undefined;
}

export const launchBareMetalServers = (client: Client, input: BareMetalLaunch): Promise<ServersChange> =>
  client.mutate<ServersChange>(changing('launchBareMetalServers', 'LaunchBareMetalServers'), { input });

export const operateBareMetalServers = (
  client: Client,
  serverIds: readonly string[],
  action: PowerAction,
): Promise<ServersChange> =>
  client.mutate<ServersChange>(changing('operateBareMetalServers', 'OperateBareMetalServers'), { input: { serverIds, action } });

export interface Machine extends Server {
  readonly powerState: 'ON' | 'OFF' | null;
  readonly provisionState: string | null;
  readonly bootOrder: readonly BootDevice[];
}

const MACHINE = `${SERVER} ... on BareMetalServer { powerState provisionState bootOrder }`;

const SHOW = `query ($id: ID!) { server(id: $id) { __typename ${MACHINE} } }`;

/** Null for what is no bare-metal server, or not there. */
export async function findMachine(client: Client, id: string): Promise<Machine | null> {
  const { server } = await client.query<{ server: (Machine & { readonly __typename: string }) | null }>(SHOW, { id });
  return server?.__typename === 'BareMetalServer' ? server : null;
}

const SET_BOOT_ORDER = `mutation ($input: SetBootOrderInput!) {
  setBootOrder(input: $input) { __typename ... on SetBootOrderPayload { server { ${MACHINE} } } ${ERROR} }
}`;

export const setBootOrder = (
  client: Client,
  serverId: string,
  bootOrder: readonly BootDevice[],
): Promise<{ readonly server: Machine }> =>
  client.mutate<{ server: Machine }>(SET_BOOT_ORDER, { input: { serverId, bootOrder } });
