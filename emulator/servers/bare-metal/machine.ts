/**
 * The machine under a bare-metal server, as its management controller (BMC) shows it. There is no such controller here: power follows the
 * server on the hardware, and the boot order is a record.
 */
import type { PowerState, ServerStatus } from '../../store/generated/client.ts';

/** Where a machine can look for a system. Names: Ironic's boot devices (upstream). */
export const bootDevices = ['disk', 'pxe', 'cdrom'] as const;
export type BootDevice = (typeof bootDevices)[number];

/** Where the provisioning of a machine is: at a launch, a reinstallation and a change of its system. Names: Ironic's provision states (upstream). */
export type ProvisionState = 'cleaning' | 'deploying' | 'active';

/** A machine that has just been taken for a server. */
export const newMachine = {
  powerState: 'OFF',
  provisionState: 'cleaning',
  bootOrder: ['disk', 'pxe'],
} as const satisfies {
  powerState: PowerState;
  provisionState: ProvisionState;
  bootOrder: readonly BootDevice[];
};

/** Whether a machine is on, by the status of its server; what is not here is about to change. */
export const powerByStatus: Readonly<Partial<Record<ServerStatus, PowerState>>> = { ACTIVE: 'ON', SHUTOFF: 'OFF', ERROR: 'OFF' };

/** The boot order as it is stored: the first device first. */
export function readBootOrder(stored: unknown): BootDevice[] {
  return Array.isArray(stored) ? stored.flatMap(word => bootDevices.find(device => device === word) ?? []) : [];
}
