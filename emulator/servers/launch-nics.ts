import type { Cloud } from '../cloud.ts';
import { type ErrorCode, ensure, refuse } from '../errors.ts';
import type { NicSpec } from '../hardware/hardware.ts';
import type { Caller } from '../identity/caller.ts';
import { usableAddresses } from '../networks/addresses.ts';
import { emitNetwork } from '../networks/network-events.ts';
import { groupsOfPort } from '../networks/port-groups.ts';
import { type PortErrors, type PortOrder, recordPorts } from '../networks/record-ports.ts';
import type { Port, Subnet } from '../store/generated/client.ts';
import type { Transaction } from '../transactions.ts';
import { serverErrors as errors } from './errors.ts';

/** A network interface that each server of a launch gets. */
export interface PlannedNic {
  readonly subnet: Subnet;
  /** Asked for by name; null for any. */
  readonly address: string | null;
  /** A port that is there; null for a new one. */
  readonly port: Port | null;
}

interface WantedNics {
  readonly count: number;
  readonly subnetId?: string | null | undefined;
  readonly address?: string | null | undefined;
  readonly nics?: readonly WantedNic[] | null | undefined;
}

interface WantedNic {
  readonly subnetId?: string | null | undefined;
  readonly portId?: string | null | undefined;
  readonly address?: string | null | undefined;
}

/**
 * The interfaces that a launch asks for; without any one in the tenant's default subnet.
 * Throws `subnetNotFound`, `portNotFound`, `portInUse`, `addressOutsideSubnet`, `subnetTwice`, `nicsOfSeveralVpcs`, `badParameter`.
 */
export async function planNics(
  cloud: Cloud,
  caller: Caller,
  { count, nics, subnetId, address }: WantedNics,
): Promise<PlannedNic[]> {
  refuse(Boolean(nics && (subnetId || address)), errors.badParameter, {
    message: 'Ask for a subnet or for network interfaces, not for both.',
    field: 'nics',
  });
  const wanted = nics ?? [{ subnetId, address }];
  const planned: PlannedNic[] = [];
  for (const [index, nic] of wanted.entries()) {
    const at = nics ? `nics.${index}.` : '';
    const isOnlyOnce = Boolean(nic.portId) || Boolean(nic.address);
    refuse(isOnlyOnce && count > 1, errors.badParameter, {
      message: 'Only one server can have this address or port.',
      field: nic.portId ? `${at}portId` : `${at}address`,
    });
    planned.push(await (nic.portId ? ownFreePort(cloud, caller, nic.portId, at) : newNic(cloud, caller, nic, at)));
  }
  const subnets = planned.map(({ subnet }) => subnet);
  refuse(new Set(subnets.map(({ id }) => id)).size < subnets.length, errors.subnetTwice, { field: 'nics' });
  refuse(new Set(subnets.map(({ vpcId }) => vpcId)).size > 1, errors.nicsOfSeveralVpcs, { field: 'nics' });
  return planned;
}

/** In a subnet of the caller's: the default one if none is asked for. */
export async function newNic(cloud: Cloud, { tenantId }: Caller, { subnetId, address }: WantedNic, at = ''): Promise<PlannedNic> {
  const { read } = cloud.database;
  const subnet = await (subnetId
    ? read.subnet.findUnique({ where: { id: subnetId } })
    : read.subnet.findFirst({ where: { tenantId, isDefault: true } }));
  ensure(subnet?.tenantId === tenantId && subnet, errors.subnetNotFound, { field: `${at}subnetId` });
  if (address) refuse(!usableAddresses(subnet).includes(address), errors.addressOutsideSubnet, { field: `${at}address` });
  return { subnet, address: address ?? null, port: null };
}

export async function ownFreePort({ database: { read } }: Cloud, { tenantId }: Caller, id: string, at = ''): Promise<PlannedNic> {
  const port = await read.port.findUnique({ where: { id }, include: { subnet: true } });
  ensure(port?.tenantId === tenantId && port, errors.portNotFound, { field: `${at}portId` });
  refuse(port.serverId !== null, errors.portInUse, { field: `${at}portId` });
  const { subnet, ...own } = port;
  return { subnet, address: port.address, port: own };
}

/** What a caller is told where an interface cannot be made. */
export type NicRefusals = PortErrors & Readonly<Record<'portInUse' | 'securityGroupNotFound', ErrorCode>>;

interface NicPlan {
  readonly tenantId: string;
  readonly servers: readonly { readonly id: string }[];
  readonly nics: readonly PlannedNic[];
  readonly securityGroupIds: readonly string[];
  /** Whether the servers have a primary interface already; else the first one is it. */
  readonly areFurther?: boolean;
}

/**
 * Writes the ports of servers, or makes those that are there theirs. Returns the interfaces of each server, the primary one first.
 * Throws `addressInUse`, `noFreeAddress`, `portQuotaUsedUp`, `portInUse`, `securityGroupNotFound`.
 */
export async function recordNics(tx: Transaction, cloud: Cloud, plan: NicPlan, refusals: NicRefusals): Promise<NicSpec[][]> {
  const { tenantId, servers, nics, areFurther = false } = plan;
  const isPrimary = (index: number): boolean => index === 0 && !areFurther;
  const securityGroupIds = await groupsOfPort(tx, tenantId, plan.securityGroupIds, refusals.securityGroupNotFound);
  const orders = servers.flatMap(({ id: serverId }) =>
    nics.flatMap(({ subnet, address, port }, index): PortOrder[] => {
      const order = { subnet, address, name: '', serverId, primary: isPrimary(index), userMade: false, securityGroupIds };
      return port === null ? [order] : [];
    }),
  );
  const made = await recordPorts(tx, cloud, orders, refusals);
  const specs: NicSpec[][] = [];
  for (const { id: serverId } of servers) {
    const own: NicSpec[] = [];
    for (const [index, { port }] of nics.entries()) {
      const one = port ?? made.shift();
      if (port) await claimPort(tx, port, { serverId, primary: isPrimary(index) }, refusals.portInUse);
      if (one) own.push(nicOf(one));
    }
    specs.push(own);
  }
  return specs;
}

/** Throws the error if another server got it meanwhile, or it is gone. */
async function claimPort(
  tx: Transaction,
  port: Port,
  owner: { serverId: string; primary: boolean },
  inUse: ErrorCode,
): Promise<void> {
  const { count } = await tx.db.port.updateMany({ where: { id: port.id, serverId: null }, data: owner });
  refuse(count === 0, inUse, { field: 'nics' });
  emitNetwork(tx, 'port', 'updated', port);
}

export function nicOf({ id, subnetId, address, mac }: Port): NicSpec {
  return { portId: id, subnetId, address, mac };
}
