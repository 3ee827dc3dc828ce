/** A server's own addresses, as the agent puts them on its interfaces before its init runs. */
import type Docker from 'dockerode';
import type { ServerSpec } from '../hardware.ts';
import { withPrefix } from './addresses.ts';
import type { Subnets } from './subnets.ts';

export interface ServerInterface {
  /** By which the agent finds it: the address that the engine gave. */
  readonly engineAddress: string;
  /** With the length of their range. */
  readonly addresses: readonly string[];
  /** Of the first port on the interface. */
  readonly mac?: string;
  /** Whether the metadata service is reached through it. */
  readonly metadata: boolean;
}

export async function serverInterfaces(
  spec: ServerSpec,
  { NetworkSettings }: Docker.ContainerInspectInfo,
  subnets: Subnets,
): Promise<ServerInterface[]> {
  return await Promise.all(
    spec.nics.map(async ({ subnetId, address, mac }, index) => ({
      engineAddress: NetworkSettings.Networks[subnets.networkName(subnetId)]?.IPAddress ?? '',
      addresses: [withPrefix(address, await subnets.cidr(subnetId))],
      // Ports on one subnet share the engine's interface there.
      ...(spec.nics.findIndex(nic => nic.subnetId === subnetId) === index ? { mac } : {}),
      metadata: index === 0,
    })),
  );
}

/** The engine's own file names the engine's address. */
export function hostsFile(spec: ServerSpec): string {
  const own = spec.nics.map(nic => `${nic.address}\t${spec.hostname}\n`).join('');
  return `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${own}`;
}
