/**
 * The public images that every cloud offers. One row an image; what is the same for a whole group stands above its rows.
 *
 * Source: ims-api 2.2 (attributes), 2.5 (a public image is gold, public and protected), 5.6 (OS versions). Minimum sizes, names and
 * login users are ours, in the style of the public images of the two clouds.
 */
import type { ImageSource } from '../hardware/hardware.ts';
import { boardTypes } from '../servers/bare-metal/flavors.ts';
import type { ImageFeature } from './features.ts';
import { anyOsVersion } from './os-versions.ts';
import { publicImageId } from './public-image-id.ts';

export interface PublicImage extends ImageSource {
  /** The same in every cloud: publicImageId(name). */
  readonly id: string;
  readonly osBit: 32 | 64;
  readonly architecture: 'x86' | 'arm';
  readonly firmware: 'bios' | 'uefi';
  /** GiB */
  readonly minDisk: number;
  /** MiB */
  readonly minRam: number;
  /** `__image_login_user`: whom key and password are for. */
  readonly loginUser: string;
  /** `__support_kvm`: boots on KVM servers, the only ones there are. */
  readonly supportsKvm: boolean;
  readonly features: readonly ImageFeature[];
  /** `__support_<board type>`: kinds of machines that an image for bare metal boots on; none for one of cloud servers. */
  readonly boards: readonly string[];
}

type Row = readonly [name: string, osVersion: string, container: string | null, own?: Partial<PublicImage>];

const linux = {
  architecture: 'x86',
  firmware: 'bios',
  minDisk: 4,
  minRam: 512,
  loginUser: 'root',
  supportsKvm: true,
  features: ['USER_DATA_INJECTION', 'DISK_HOT_SWAP'],
  debianSuite: null,
  partitioned: false,
  boards: [],
} as const satisfies Partial<PublicImage>;

const linuxRows: readonly Row[] = [
  ['Standard_Debian_12_latest', 'Debian GNU/Linux 12.0.0 64bit', 'debian:12', { debianSuite: 'bookworm', firmware: 'uefi' }],
  ['Standard_Debian_11_latest', 'Debian GNU/Linux 11.7.0 64bit', 'debian:11', { debianSuite: 'bullseye' }],
  ['Standard_Ubuntu_22.04_latest', 'Ubuntu 22.04 server 64bit', 'ubuntu:22.04', { firmware: 'uefi' }],
  ['Standard_Ubuntu_20.04_latest', 'Ubuntu 20.04 server 64bit', 'ubuntu:20.04'],
  ['Standard_CentOS_7.9_latest', 'CentOS 7.9 64bit', 'centos:7.9.2009'],
  ['Standard_CentOS_Stream_9_latest', 'CentOS Stream 9.6 64bit', 'quay.io/centos/centos:stream9'],
  ['Standard_Rocky_9_latest', 'Rocky Linux 9.2 64bit', 'rockylinux/rockylinux:9'],
  ['Standard_Fedora_39_latest', 'Fedora 39 64bit', 'fedora:39', { firmware: 'uefi' }],
  ['Standard_openEuler_22.03_latest', 'openEuler 22.03 64bit', 'openeuler/openeuler:22.03', { firmware: 'uefi' }],
  ['Standard_openEuler_20.03_latest', 'openEuler 20.03 64bit', 'openeuler/openeuler:20.03'],
  ['Standard_EulerOS_2.10_latest', 'EulerOS 2.10 64bit', null],
  ['Standard_EulerOS_2.9_latest', 'EulerOS 2.9 64bit', null],
  ['Standard_openSUSE_15.5_latest', 'openSUSE 15.5 64bit', 'opensuse/leap:15.5', { firmware: 'uefi' }],
  ['Standard_OracleLinux_7.6_latest', 'Oracle Linux Server release 7.6 64bit', 'oraclelinux:7.6'],
  [
    'Enterprise_SLES15_SP5_latest',
    'SUSE Linux Enterprise Server 15 SP5 64bit',
    'registry.suse.com/bci/bci-base:15.5',
    { minDisk: 10 },
  ],
  ['Enterprise_RedHat_9_latest', 'Redhat Linux Enterprise 9.1 64bit', 'redhat/ubi9:latest', { minDisk: 10, firmware: 'uefi' }],
];

/** No container image holds Windows for this hardware: always a placeholder, and its own way of injection is not there. */
const windows = {
  ...linux,
  minDisk: 40,
  minRam: 2048,
  loginUser: 'Administrator',
  features: ['DISK_HOT_SWAP'],
} as const satisfies Partial<PublicImage>;

const windowsRows: readonly Row[] = [
  ['Enterprise_Windows_STD_2022_latest', 'Windows Server 2022 Standard 64bit', null, { firmware: 'uefi' }],
  ['Enterprise_Windows_STD_2019_latest', 'Windows Server 2019 Standard 64bit', null],
  ['Enterprise_Windows_STD_2016_latest', 'Windows Server 2016 Standard 64bit', null],
];

/** For bare metal (`virtual_env_type` Ironic), and for nothing else: a whole disk, with a partition table. */
const bareMetal = {
  ...linux,
  minDisk: 10,
  supportsKvm: false,
  features: ['USER_DATA_INJECTION'],
  partitioned: true,
  boards: boardTypes,
} as const satisfies Partial<PublicImage>;

const bareMetalRows: readonly Row[] = [
  ['BMS_Debian_12_latest', 'Debian GNU/Linux 12.0.0 64bit', 'debian:12', { debianSuite: 'bookworm', firmware: 'uefi' }],
  ['BMS_Ubuntu_22.04_latest', 'Ubuntu 22.04 server 64bit', 'ubuntu:22.04', { firmware: 'uefi' }],
  ['BMS_CentOS_7.9_latest', 'CentOS 7.9 64bit', 'centos:7.9.2009'],
  // Without drivers for the newest machines.
  ['BMS_EulerOS_2.9_latest', 'EulerOS 2.9 64bit', null, { boards: ['s4l', 'd2'] }],
];

export const publicImages: readonly PublicImage[] = [
  ...linuxRows.map(row => publicImage(row, linux)),
  ...windowsRows.map(row => publicImage(row, windows)),
  ...bareMetalRows.map(row => publicImage(row, bareMetal)),
];

const byId: ReadonlyMap<string, PublicImage> = new Map(publicImages.map(image => [image.id, image]));

export const findPublicImage = (id: string): PublicImage | undefined => byId.get(id);

function publicImage(
  [name, osVersion, container, own]: Row,
  group: typeof linux | typeof windows | typeof bareMetal,
): PublicImage {
  const { platform, osType, osBit } = anyOsVersion(osVersion);
  return { ...group, id: publicImageId(name), name, osVersion, platform, osType, osBit, container, ...own };
}
