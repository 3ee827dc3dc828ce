import { type Hardware, HardwareError } from '../hardware/hardware.ts';
import type { DiskId } from '../store/disks/disk-store.ts';
import { KIB } from '../units.ts';
import { type OsVersion, osVersion, osVersions } from './os-versions.ts';

/** `ID` of os-release(5), and the platform as the service names it. */
const PLATFORMS: Readonly<Record<string, string>> = {
  centos: 'CentOS',
  coreos: 'CoreOS',
  debian: 'Debian',
  euleros: 'EulerOS',
  fedora: 'Fedora',
  neokylin: 'NeoKylin',
  ol: 'Oracle Linux',
  openeuler: 'openEuler',
  'opensuse-leap': 'OpenSUSE',
  rhel: 'Red Hat',
  sles: 'SUSE',
  ubuntu: 'Ubuntu',
  windows: 'Windows',
};

/** What the root of a disk that somebody can boot from holds at least one of. */
const ROOT_FOLDERS: ReadonlySet<string> = new Set(['boot', 'efi', 'etc', 'sbin', 'usr', 'windows']);

/** Bytes of an os-release that are looked at; real ones have some hundred. */
const OS_RELEASE_LIMIT = 64 * KIB;

/**
 * The system on a disk: the one that its os-release names, where the service knows it; else the one that the caller says, as long as the
 * disk looks as if something could boot from it. Undefined for a disk that holds no system.
 */
export async function detectSystem(hardware: Hardware, disk: DiskId, said: OsVersion): Promise<OsVersion | undefined> {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const text = await ifThere(() => hardware.readFile({ disk }, path, { offset: 0, length: OS_RELEASE_LIMIT }));
    if (text) return systemOf(text.toString(), said);
  }
  const entries = await ifThere(() => hardware.listFiles({ disk }, '/'));
  return entries?.some(({ name }) => ROOT_FOLDERS.has(name.toLowerCase())) ? said : undefined;
}

/** The version that an os-release(5) names, as the service spells it. What the service does not know, the caller has to. */
export function systemOf(osRelease: string, said: OsVersion): OsVersion {
  const fields = fieldsOf(osRelease);
  const exact = osVersion(fields.get('PRETTY_NAME') ?? '');
  if (exact) return exact;
  const platform = PLATFORMS[(fields.get('ID') ?? '').toLowerCase()];
  const number = fields.get('VERSION_ID');
  if (platform === undefined || number === undefined) return said;
  const fits = (version: OsVersion): boolean => version.platform === platform && namesNumber(version.name, number);
  return fits(said) ? said : (osVersions.find(fits) ?? osVersion(UNKNOWN_LINUX) ?? said);
}

/** For a release of a known distribution that the service does not list. */
const UNKNOWN_LINUX = 'Other Linux(64 bit)';

/** `12` is in `Debian GNU/Linux 12.0.0 64bit`, `15.5` in `… 15 SP5 64bit`. */
function namesNumber(name: string, number: string): boolean {
  const [, version = '', servicePack] = /(\d+(?:\.\d+)*)(?: SP(\d+))?/.exec(name) ?? [];
  const full = servicePack === undefined ? version : `${version}.${servicePack}`;
  return full === number || full.startsWith(`${number}.`);
}

/** By plain searches only: the text is a guest's, and a pattern could be made to look at it for hours. */
function fieldsOf(osRelease: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of osRelease.split('\n')) {
    const end = line.indexOf('=');
    if (end > 0) fields.set(line.slice(0, end), unquoted(line.slice(end + 1).trim()));
  }
  return fields;
}

function unquoted(value: string): string {
  const quote = value.at(0);
  const isQuoted = value.length > 1 && (quote === '"' || quote === "'") && value.at(-1) === quote;
  return isQuoted ? value.slice(1, -1) : value;
}

/** A disk without a file system, or without that file, is not broken: there is just no system on it. */
async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HardwareError && NOTHING_THERE.has(error.problem)) return undefined;
    throw error;
  }
}

const NOTHING_THERE: ReadonlySet<string> = new Set(['not-found', 'bad-path', 'failed', 'unsupported']);
