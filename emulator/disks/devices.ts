/** Names of the devices that a server finds its disks at: `/dev/vda` for the system disk, `/dev/vdb` and so on for the others. */

const LETTERS = 26;

/** How disks are connected: virtual ones of a cloud server, SCSI ones of a machine. */
export type DeviceBus = 'vd' | 'sd';

/** `/dev/vda` for 0, `/dev/vdz` for 25, `/dev/vdaa` for 26: as Linux counts. */
export function deviceName(index: number, bus: DeviceBus = 'vd'): string {
  const last = String.fromCharCode('a'.charCodeAt(0) + (index % LETTERS));
  const first = index < LETTERS ? '' : String.fromCharCode('a'.charCodeAt(0) + Math.floor(index / LETTERS) - 1);
  return `/dev/${bus}${first}${last}`;
}

export const busOf = (device: string): DeviceBus => (device.startsWith('/dev/sd') ? 'sd' : 'vd');

/** The devices that a server can have data disks at, in the order in which they are given away. */
export function dataDevices(disks: number, bus: DeviceBus = 'vd'): string[] {
  return Array.from({ length: disks - 1 }, (_, index) => deviceName(index + 1, bus));
}

/** The first one that is free; undefined where none is. */
export function nextDevice(taken: readonly string[], disks: number, bus: DeviceBus = 'vd'): string | undefined {
  return dataDevices(disks, bus).find(device => !taken.includes(device));
}
