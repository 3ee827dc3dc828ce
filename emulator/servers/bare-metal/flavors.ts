/**
 * The flavors of bare-metal servers: machines as they stand in the racks. An id says family and size: `physical.s4.medium`.
 *
 * Source: compute 3.2 (extra specs). The machines are ours, in the style of the two clouds; disks of their own are small, for their bytes
 * are real.
 */
import type { Flavor } from '../flavors.ts';

export type BootType = 'LOCAL_DISK' | 'VOLUME';

/** What is inside of a machine. */
export interface Machine {
  readonly bootType: BootType;
  /** Which public images boot on it: those with `__support_<board type>`. */
  readonly boardType: string;
  readonly cpuArchitecture: 'x86_64' | 'aarch64';
  /** GiB of the disk that it boots from; null where it boots from a volume. */
  readonly localDisk: number | null;
  /** Whether EVS disks can be attached to it. */
  readonly takesDisks: boolean;
  /** In words for people: processors, memory, disks, network cards. */
  readonly cpu: string;
  readonly memory: string;
  readonly disk: string;
  readonly network: string;
}

export interface BareMetalFlavor extends Flavor {
  readonly machine: Machine;
}

/** Interfaces that a tenant gets, whatever cards there are. Source: compute 3.1. */
const NET_NUM = 2;

type Row = readonly [
  id: string,
  generation: string,
  vcpus: number,
  ramGiB: number,
  machine: Pick<Machine, 'cpu' | 'disk' | 'network' | 'localDisk'> & Partial<Machine>,
  sale?: Pick<Flavor, 'zones'>,
];

const local = { bootType: 'LOCAL_DISK', boardType: 's4l', takesDisks: true } as const;
const volume = { bootType: 'VOLUME', boardType: 'o2', takesDisks: true, disk: 'none', localDisk: null } as const;

const CARDS_10 = '2 x 2*10GE';
const CARDS_25 = '2 x 2*25GE';

const rows: readonly Row[] = [
  [
    'physical.s4.medium',
    's4',
    24,
    96,
    { ...local, cpu: '2 x 12 cores', disk: '2 x 40 GB SAS, RAID 1', localDisk: 40, network: CARDS_10 },
  ],
  [
    'physical.s4.large',
    's4',
    40,
    192,
    { ...local, cpu: '2 x 20 cores', disk: '2 x 80 GB SAS, RAID 1', localDisk: 80, network: CARDS_10 },
  ],
  // Nothing but its own disks, as machines for big data are sold.
  [
    'physical.d2.large',
    'd2',
    40,
    256,
    {
      ...local,
      boardType: 'd2',
      takesDisks: false,
      cpu: '2 x 20 cores',
      disk: '2 x 80 GB SAS, RAID 1',
      localDisk: 80,
      network: CARDS_10,
    },
  ],
  ['physical.o2.medium', 'o2', 32, 128, { ...volume, cpu: '2 x 16 cores', network: CARDS_25 }],
  // Sold out in a zone of each region, so that a client can meet that.
  [
    'physical.o2.large',
    'o2',
    64,
    512,
    { ...volume, cpu: '2 x 32 cores', network: CARDS_25 },
    { zones: { 'eu-de-02': 'sellout', 'eu-nl-02': 'sellout' } },
  ],
];

export const bareMetalFlavors: readonly BareMetalFlavor[] = rows.map(([id, generation, vcpus, ramGiB, machine, sale]) => ({
  id,
  kind: 'BARE_METAL',
  vcpus,
  ramMiB: ramGiB * 1024,
  performanceType: 'physical',
  generation,
  status: 'normal',
  zones: {},
  ...sale,
  machine: {
    ...local,
    cpuArchitecture: 'x86_64',
    memory: `${ramGiB} GB DDR4`,
    ...machine,
  },
}));

const BOOT_TYPES = { LOCAL_DISK: 'LocalDisk', VOLUME: 'Volume' } as const satisfies Record<BootType, string>;

/** `os_extra_specs` as the service writes them. */
export function extraSpecsOf({ machine }: BareMetalFlavor): Readonly<Record<string, string>> {
  return {
    resource_type: 'ironic',
    'capabilities:hypervisor_type': 'ironic',
    'capabilities:cpu_arch': machine.cpuArchitecture,
    'capabilities:board_type': machine.boardType,
    'baremetal:__support_evs': String(machine.takesDisks),
    'baremetal:extBootType': BOOT_TYPES[machine.bootType],
    'baremetal:net_num': String(NET_NUM),
    'baremetal:netcard_detail': machine.network,
    'baremetal:cpu_detail': machine.cpu,
    'baremetal:memory_detail': machine.memory,
    'baremetal:disk_detail': machine.disk,
  };
}

/** Every kind of board that there are machines of. */
export const boardTypes: readonly string[] = [...new Set(bareMetalFlavors.map(({ machine }) => machine.boardType))];

/** The attribute of an image that boots on such boards. */
export const supportAttribute = (boardType: string): string => `__support_${boardType}`;
