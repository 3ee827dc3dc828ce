import type { Cloud } from '../cloud.ts';
import type { Lock } from '../jobs/job-orders.ts';
import type { Port, ServerStatus } from '../store/generated/client.ts';
import { networkErrors } from './errors.ts';

/** Source: compute 5.1, and the VPC API reference ("Creating a Port"). */
export type PortStatus = 'ACTIVE' | 'BUILD' | 'DOWN';

/** A port as callers see it. */
export type ShownPort = Port & { readonly status: PortStatus };

/** What a port shows by its server: it is up while the server runs. */
const STATUS_BY_SERVER: Readonly<Record<ServerStatus, PortStatus>> = {
  BUILD: 'BUILD',
  ACTIVE: 'ACTIVE',
  REBOOT: 'ACTIVE',
  HARD_REBOOT: 'ACTIVE',
  SHUTOFF: 'DOWN',
  REBUILD: 'DOWN',
  RESIZE: 'DOWN',
  ERROR: 'DOWN',
};

/** The job that gives a server, which may run, a port. */
const PLUGGING = 'attachNic';

/** Held by a job that gives a server a port or takes it away. */
export function portLock(portId: string): Lock {
  return { resource: `port:${portId}`, conflict: networkErrors.publicAddressBusy };
}

/** A port with what it shows; it follows from its server. For many at once, side by side: the database client gathers what they look up. */
export async function showPort(cloud: Cloud, port: Port): Promise<ShownPort> {
  const server = port.serverId === null ? null : await cloud.servers.get(port.serverId);
  const status = server ? STATUS_BY_SERVER[server.status] : 'DOWN';
  return { ...port, status: (await isBeingPlugged(cloud, port)) ? 'BUILD' : status };
}

/** It has its server from the order on. A primary one came with it. */
async function isBeingPlugged({ database }: Cloud, { id, serverId, primary }: Port): Promise<boolean> {
  if (serverId === null || primary) return false;
  const { resource } = portLock(id);
  const lock = await database.read.resourceLock.findUnique({ where: { resource }, include: { job: { select: { type: true } } } });
  return lock?.job.type === PLUGGING;
}
