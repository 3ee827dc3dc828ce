/** Where a launch puts its servers: the same options for cloud servers and for bare-metal servers. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Client } from '../../../client/client.ts';
import { UsageError } from '../../cli-error.ts';
import { count, keyed, texts } from '../../option-values.ts';
import type { LaunchNetwork, Nic } from '../../queries/networks.ts';
import { addressCalled, groupsCalled, portCalled, subnetCalled } from './called.ts';

/** What `--nic` takes: `subnet=front,address=10.0.1.20`, or `port=mine`. By names or ids. */
export interface NicOption {
  readonly subnet?: string;
  readonly address?: string;
  readonly port?: string;
}

export interface NetworkOptions {
  readonly nic?: readonly NicOption[] | undefined;
  readonly group?: readonly string[];
  readonly elasticIp?: string;
  readonly bandwidth?: number;
}

export const withNetwork = (command: Command): Command =>
  command
    .option(
      '--nic <what>',
      'a network interface: subnet=front,address=10.0.1.20 or port=mine; may be given several times, the primary one first',
      nic,
    )
    .option('--group <group>', 'security group of its new ports, by name or id; may be given several times', texts)
    .option('--elastic-ip <address>', 'for its primary interface: one that leads nowhere, or new for one for each server')
    .option('--bandwidth <Mbit/s>', 'of new elastic IPs (default: 5)', count);

const EXAMPLE = 'subnet=front,address=10.0.1.20 or port=mine';

const keyedNic = keyed<NicOption>(
  { subnet: subnet => ({ subnet }), address: address => ({ address }), port: port => ({ port }) },
  EXAMPLE,
);

/** To be given several times. */
function nic(text: string, before?: readonly NicOption[]): NicOption[] {
  const nics = keyedNic(text, before);
  const { subnet, address, port } = nics.at(-1) ?? {};
  const isWhole = port === undefined ? Boolean(subnet) : port !== '' && subnet === undefined && address === undefined;
  if (!isWhole) throw new InvalidArgumentError(`expected a subnet, with an address or without, or a port: ${EXAMPLE}.`);
  return nics;
}

/** New elastic IPs, instead of the address of one that is there. */
const NEW = 'new';

/** What a launch is told. Throws CliError where a name is nobody's or several things', and for options that do not go together. */
export async function networkOf(
  client: Client,
  { nic: nics, group, elasticIp, bandwidth }: NetworkOptions,
): Promise<LaunchNetwork> {
  if (bandwidth !== undefined && elasticIp !== NEW)
    throw new UsageError(`--bandwidth is for new elastic IPs: --elastic-ip ${NEW}`);
  return {
    nics: nics && (await Promise.all(nics.map(wanted => nicOf(client, wanted)))),
    securityGroupIds: await groupsCalled(client, group),
    publicAddress: elasticIp === undefined ? undefined : await publicAddressOf(client, elasticIp, bandwidth),
  };
}

async function nicOf(client: Client, { subnet, address, port }: NicOption): Promise<Nic> {
  if (port !== undefined) return { portId: await portCalled(client, port) };
  return { subnetId: subnet && (await subnetCalled(client, subnet)), address };
}

async function publicAddressOf(client: Client, elasticIp: string, bandwidthSize: number | undefined) {
  return elasticIp === NEW ? { bandwidthSize } : { publicAddressId: await addressCalled(client, elasticIp) };
}
