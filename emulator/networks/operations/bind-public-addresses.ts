import { z } from 'zod';
import type { Cloud } from '../../cloud.ts';
import { CloudError, commonErrors, ensure, refuse } from '../../errors.ts';
import { HardwareError } from '../../hardware/hardware.ts';
import { requireHardware } from '../../hardware-ready.ts';
import type { Caller } from '../../identity/caller.ts';
import { cloudErrorOf } from '../../jobs/job-failure.ts';
import { requireLocksFree } from '../../jobs/job-orders.ts';
import { defineOperation } from '../../operation.ts';
import { requireCapability } from '../../servers/hardware-failures.ts';
import type { Port } from '../../store/generated/client.ts';
import type { Transaction } from '../../transactions.ts';
import { networkErrors as errors } from '../errors.ts';
import { emitNetwork } from '../network-events.ts';
import { ownPort, ownPublicAddress } from '../own-networks.ts';
import { portLock } from '../port-status.ts';

/** Binding elastic IPs to ports, and so to the servers that have them. Done, and reached, when it is answered. Source: compute 5.1. */

/** To a port, or to the primary port of a server. Where the hardware has no `publicAddresses` it is refused with the reason. */
export const bindPublicAddress = defineOperation({
  name: 'networks.bindPublicAddress',
  permission: 'vpc:publicIps:update',
  access: 'write',
  input: z
    .object({ publicAddressId: z.string(), portId: z.string().nullish(), serverId: z.string().nullish() })
    .refine(({ portId, serverId }) => Boolean(portId) !== Boolean(serverId), { error: 'Name a port or a server.' }),
  invalid: errors.publicAddressInvalid,
  errors: [
    errors.publicAddressNotFound,
    errors.portNotFound,
    errors.publicAddressBound,
    errors.portHasPublicAddress,
    errors.publicAddressBusy,
    errors.publicAddressTaken,
    errors.publicAddressNotBound,
    commonErrors.notOnThisHardware,
  ],
  async run({ cloud, caller, input: { publicAddressId: id, portId, serverId }, commit }) {
    const address = await cloud.database.read.publicAddress.findUnique({ where: { id } });
    ensure(address?.tenantId === caller.tenantId && address, errors.publicAddressNotFound, { field: 'publicAddressId' });
    const port = await targetPort(cloud, caller, { portId, serverId });
    refuse(address.portId !== null, errors.publicAddressBound);
    await cloud.transactions.run(tx => requireIdle(tx, port));
    requireHardware(cloud);
    requireCapability(cloud, 'publicAddresses');
    const record = () =>
      commit(async tx => {
        refuse((await ownPublicAddress(tx, caller, id)).portId !== null, errors.publicAddressBound);
        await requireIdle(tx, await ownPort(tx, caller, port.id));
        const other = await tx.db.publicAddress.findUnique({ where: { portId: port.id } });
        refuse(other !== null, errors.portHasPublicAddress);
        const bound = await tx.db.publicAddress.update({ where: { id }, data: { portId: port.id } });
        emitNetwork(tx, 'publicAddress', 'updated', bound);
        return { publicAddressId: id };
      });
    return orNotBound(() => cloud.publicAddresses.bindFor(address, port, record));
  },
});

export const unbindPublicAddress = defineOperation({
  name: 'networks.unbindPublicAddress',
  permission: 'vpc:publicIps:update',
  access: 'write',
  input: z.object({ publicAddressId: z.string() }),
  invalid: errors.publicAddressInvalid,
  errors: [errors.publicAddressNotFound, errors.publicAddressBusy],
  async run({ cloud, caller, input: { publicAddressId: id }, commit }) {
    const answer = await commit(async tx => {
      const { portId } = await ownPublicAddress(tx, caller, id);
      const port = portId === null ? null : await tx.db.port.findUnique({ where: { id: portId } });
      if (port) await requireIdle(tx, port);
      const free = await tx.db.publicAddress.update({ where: { id }, data: { portId: null } });
      emitNetwork(tx, 'publicAddress', 'updated', free);
      return { publicAddressId: id };
    });
    await cloud.publicAddresses.settleLater([id]);
    return answer;
  },
});

/** The port is neither on its way to a server or from it, nor is the server being made or deleted. Throws `publicAddressBusy`. */
async function requireIdle(tx: Transaction, { id, serverId }: Port): Promise<void> {
  await requireLocksFree(tx, [portLock(id)]);
  const server = serverId === null ? null : await tx.db.server.findUnique({ where: { id: serverId } });
  refuse(server?.status === 'BUILD' || server?.taskState === 'deleting', errors.publicAddressBusy);
}

interface Target {
  readonly portId?: string | null | undefined;
  readonly serverId?: string | null | undefined;
}

async function targetPort({ database: { read } }: Cloud, { tenantId }: Caller, { portId, serverId }: Target): Promise<Port> {
  const port = portId
    ? await read.port.findUnique({ where: { id: portId } })
    : await read.port.findFirst({ where: { serverId: serverId ?? '', primary: true } });
  ensure(port?.tenantId === tenantId && port, errors.portNotFound, { field: portId ? 'portId' : 'serverId' });
  return port;
}

async function orNotBound<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HardwareError)) throw error;
    const code = error.problem === 'port-taken' ? errors.publicAddressTaken : errors.publicAddressNotBound;
    throw cloudErrorOf(error) ?? new CloudError(code, { message: `${code.message} (${error.message})`, cause: error });
  }
}
