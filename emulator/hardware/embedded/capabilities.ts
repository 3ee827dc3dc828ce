import { type Capability, type CapabilityName, HardwareError } from '../hardware.ts';

const NOTHING_RUNS = 'servers of the embedded hardware are a state machine over real disks: nothing runs on them';
const SEEN_BY_NOBODY = 'nothing runs on the servers that could see their disks';

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
    reason:
      'a file system is as large as the disk that was formatted (at most 200 GiB), or as it is in the image, and is full at that size: it does not grow with its disk',
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
  { name: 'dataDisks', available: false, reason: `${SEEN_BY_NOBODY}; their files are read and written through the API` },
  { name: 'rawDisks', available: false, reason: `${SEEN_BY_NOBODY}; their bytes can be had by making an image of them` },
  {
    name: 'sharedDisks',
    available: true,
    reason: 'several servers can have one disk; what the API writes to its files through one of them, it reads through all',
  },
  { name: 'diskThroughput', available: false, reason: `${SEEN_BY_NOBODY}; transfers through the API are as fast as they can be` },
  {
    name: 'partitionedDisks',
    available: false,
    reason: 'nothing boots from the disks: a bare-metal image holds the file system alone, without a partition table before it',
  },
  { name: 'publicAddresses', available: false, reason: 'elastic IPs are records only: nothing runs that could answer at them' },
  { name: 'securityGroups', available: false, reason: 'rules are records only: there is no traffic to which they could apply' },
];

/** The error of a call that needs what is not there. */
export function unsupported(name: CapabilityName): HardwareError {
  const reason = CAPABILITIES.find(capability => capability.name === name)?.reason;
  return new HardwareError('unsupported', `the embedded hardware has no ${name}: ${reason}`);
}
