import { type Capability, type CapabilityName, HardwareError } from '../hardware.ts';

const NOTHING_RUNS = 'servers of the embedded hardware are a state machine over real disks: nothing runs on them';

/** What the embedded hardware can do, and why it cannot do the rest. The same everywhere: it needs nothing but Node. */
export const CAPABILITIES: readonly Capability[] = [
  { name: 'processes', available: false, reason: NOTHING_RUNS },
  { name: 'exec', available: false, reason: NOTHING_RUNS },
  { name: 'ssh', available: false, reason: NOTHING_RUNS },
  { name: 'console', available: true, reason: 'says what the hardware did with the server; no system prints to it' },
  { name: 'metadata', available: false, reason: NOTHING_RUNS },
  { name: 'networks', available: false, reason: 'networks are records only: nothing runs that could use them' },
  {
    name: 'diskFull',
    available: false,
    reason: 'the file system on a disk keeps the size that it has in the image, and is full at that size instead of the disk’s',
  },
  {
    name: 'userData',
    available: false,
    reason: 'user data is written to /var/lib/cloud/seed/nocloud on the disk, where nothing runs it',
  },
  {
    name: 'imageContent',
    available: false,
    reason: 'public images are placeholders: the tiny base system under the os-release of the image',
  },
];

/** The error of a call that needs what is not there. */
export function unsupported(name: CapabilityName): HardwareError {
  const reason = CAPABILITIES.find(capability => capability.name === name)?.reason;
  return new HardwareError('unsupported', `the embedded hardware has no ${name}: ${reason}`);
}
