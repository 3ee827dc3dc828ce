import type { Image, Prisma, Server } from '../store/generated/client.ts';
import { type OsVersion, osVersion } from './os-versions.ts';

type Row = Prisma.ImageUncheckedCreateInput;

/** What an image tells of the system on it. */
export type SystemFacts = Pick<
  Row,
  | 'osType'
  | 'osVersion'
  | 'osBit'
  | 'platform'
  | 'architecture'
  | 'firmware'
  | 'content'
  | 'contentNote'
  | 'loginUser'
  | 'userData'
  | 'diskHotSwap'
  | 'attributes'
>;

const UNKNOWN_SYSTEM = {
  osVersion: 'Other Linux(64 bit)',
  osBit: '64',
  platform: 'Other',
  architecture: 'X86',
  firmware: 'BIOS',
  content: 'REAL',
  contentNote: null,
  loginUser: null,
  userData: true,
  diskHotSwap: true,
  attributes: {},
} as const satisfies Partial<SystemFacts>;

/** Of a server's system: what its source image said, which may be gone since. */
export function systemOfServer(server: Pick<Server, 'osType'>, source: Image | null): SystemFacts {
  if (!source) return { ...UNKNOWN_SYSTEM, osType: server.osType };
  const { osVersion, osBit, platform, architecture, firmware, content, contentNote, loginUser, userData, diskHotSwap } = source;
  return {
    osType: server.osType,
    osVersion,
    osBit,
    platform,
    architecture,
    firmware,
    content: content === 'PLACEHOLDER' ? 'PLACEHOLDER' : 'REAL',
    contentNote,
    loginUser,
    userData,
    diskHotSwap,
    attributes: source.attributes ?? {},
  };
}

const OS_TYPES = { Linux: 'LINUX', Windows: 'WINDOWS', Other: 'OTHER' } as const satisfies Record<OsVersion['osType'], string>;

/** What follows from a documented OS version. */
export function systemOfVersion({ name, platform, osType, osBit }: OsVersion) {
  return { osType: OS_TYPES[osType], osVersion: name, osBit: String(osBit), platform } as const satisfies Partial<SystemFacts>;
}

/** Of a disk whose system nobody knows but for its name. */
export function systemOfUnknownDisk(version: OsVersion): SystemFacts {
  return { ...UNKNOWN_SYSTEM, ...systemOfVersion(version) };
}

/** Of a data disk, which has none: it is used with servers of the family of the one that it hung on (ims-api 1.3, os_type). */
export function noSystem({ osType }: Pick<Server, 'osType'>): SystemFacts {
  const version = osVersion(osType === 'WINDOWS' ? 'Other_Windows (64_bit)' : 'Other Linux(64 bit)');
  return { ...UNKNOWN_SYSTEM, ...(version && systemOfVersion(version)), osType, userData: false };
}
