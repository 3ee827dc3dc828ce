/**
 * The `__os_version` values that the image service knows, and what follows from each: platform, OS type, bits, boot modes.
 *
 * Source: ims-api 5.6. Names that only the user guide has are spelt after the pattern of the others. `{1-5}` stands for 1, 2, 3, 4, 5.
 */

export interface OsVersion {
  /** `Debian GNU/Linux 12.0.0 64bit` */
  readonly name: string;
  readonly platform: string;
  readonly osType: 'Linux' | 'Windows' | 'Other';
  readonly osBit: 32 | 64;
  /** Whether it boots with UEFI too; all boot with BIOS. */
  readonly uefi: boolean;
}

interface OsLine {
  readonly platform: string;
  /** `*` stands for the version. */
  readonly name: string;
  readonly versions: readonly string[];
  readonly versions32?: readonly string[];
  readonly uefi?: readonly string[];
  readonly uefi32?: readonly string[];
}

const windowsServer2012Up = ['2022 *', '2019 *', '2016 *', '2012 R2 *', '2012 *'].flatMap(year => [
  year.replace('*', 'Standard'),
  year.replace('*', 'Datacenter'),
]);

const lines: readonly OsLine[] = [
  { platform: 'Windows', name: 'Windows *', versions: ['10'], uefi: ['10'] },
  { platform: 'Windows', name: 'Windows 7 *', versions: ['Enterprise', 'Professional'], versions32: ['Professional'] },
  {
    platform: 'Windows',
    name: 'Windows Server *',
    versions: [
      ...windowsServer2012Up,
      '2012 Essentials R2',
      '2008 R2 WEB',
      '2008 R2 Standard',
      '2008 R2 Enterprise',
      '2008 R2 Datacenter',
    ],
    uefi: [...windowsServer2012Up, '2012 Essentials R2'],
  },
  {
    platform: 'SUSE',
    name: 'SUSE Linux Enterprise Server *',
    versions: ['15', '15 SP{1-5}', '12', '12 SP{1-5}', '11 SP1', '11 SP{3-4}'],
    versions32: ['11 SP3'],
    uefi: ['15 SP{2-5}', '12 SP1', '12 SP5', '11 SP3'],
    uefi32: ['11 SP3'],
  },
  {
    platform: 'Oracle Linux',
    name: 'Oracle Linux Server release *',
    versions: ['7.{0-6}', '6.5', '6.{7-10}'],
    uefi: ['7.4', '6.9'],
  },
  {
    platform: 'Red Hat',
    name: 'Redhat Linux Enterprise *',
    versions: ['9.{0-1}', '8.{0-7}', '7.{0-6}', '6.{4-10}'],
    versions32: ['6.4', '6.6'],
    uefi: ['9.{0-1}', '8.{1-7}', '7.{0-1}', '7.{3-4}', '6.5', '6.9'],
    uefi32: ['6.6'],
  },
  { platform: 'Red Hat', name: 'Redhat *', versions: ['7.6'] },
  {
    platform: 'Ubuntu',
    name: 'Ubuntu * server',
    versions: ['22.04', '20.04', '19.04', '18.04', '18.04.{1-2}', '16.04', '16.04.{4-6}', '14.04', '14.04.1', '14.04.{3-5}'],
    versions32: ['14.04', '14.04.1', '14.04.{3-4}'],
    uefi: ['22.04', '20.04', '19.04', '18.04', '16.04', '14.04'],
    uefi32: ['14.04'],
  },
  // The service spells the word both ways.
  { platform: 'Ubuntu', name: 'Ubuntu * Server', versions: ['22.04', '20.04', '16.04.{2-3}'], uefi: ['22.04', '20.04'] },
  {
    platform: 'OpenSUSE',
    name: 'openSUSE *',
    versions: ['42.{1-3}', '15.{0-5}', '13.2', '11.3'],
    uefi: ['42.1', '15.{2-5}'],
  },
  {
    platform: 'CentOS',
    name: 'CentOS *',
    versions: ['8.{0-5}', '7.{0-9}', '6.{3-10}'],
    versions32: ['7.0', '6.{3-7}', '6.{9-10}'],
    uefi: ['8.{1-5}', '7.0', '7.{4-6}', '6.6', '6.9'],
  },
  { platform: 'CentOS', name: 'CentOS Stream *', versions: ['9.6', '8.6'] },
  { platform: 'Rocky Linux', name: 'Rocky Linux *', versions: ['9.{0-2}', '8.{3-8}'] },
  {
    platform: 'Debian',
    name: 'Debian GNU/Linux *',
    versions: ['12.0.0', '11.{0-7}.0', '10.{0-13}.0', '9.0.0', '9.3.0', '8.{1-2}.0', '8.{4-8}.0', '8.10.0'],
    uefi: ['12.0.0', '11.{0-7}.0', '10.{1-13}.0', '8.8.0'],
  },
  { platform: 'Fedora', name: 'Fedora *', versions: ['{22-39}'], uefi: ['24', '29', '{31-39}'] },
  {
    platform: 'EulerOS',
    name: 'EulerOS *',
    versions: ['2.{1-3}', '2.5', '2.{7-12}'],
    uefi: ['2.{2-3}', '2.5', '2.{7-8}', '2.{10-12}'],
  },
  {
    platform: 'openEuler',
    name: 'openEuler *',
    versions: ['22.03', '22.03 SP1', '20.03', '20.03 SP{1-3}'],
    uefi: ['22.03', '22.03 SP1', '20.03', '20.03 SP{1-3}'],
  },
  {
    platform: 'NeoKylin',
    name: 'NeoKylin *',
    versions: ['7.4', 'Server release 5.0 U2', 'Linux Advanced Server release 7.0 U5'],
  },
];

/** Names without the usual `64bit` at the end. */
const irregular: readonly (readonly [platform: string, name: string])[] = [
  ['CoreOS', 'CoreOS 1010.5.0'],
  ['CoreOS', 'CoreOS 1068.10.0'],
  ['CoreOS', 'CoreOS 1298.6.0'],
  ['Other', 'Other Linux(64 bit)'],
  ['Other', 'Other(64 bit)'],
  ['Other', 'Other(32 bit)'],
  ['Other', 'Other_Linux (64_bit)'],
  ['Other', 'Other_Linux (32_bit)'],
  ['Other', 'Other_Windows (64_bit)'],
  ['Other', 'Other_Windows (32_bit)'],
];

export const osVersions: readonly OsVersion[] = [
  ...lines.flatMap(line => [
    ...versionsOf(line, 64, line.versions, line.uefi),
    ...versionsOf(line, 32, line.versions32, line.uefi32),
  ]),
  ...irregular.map(([platform, name]) => derive(name, platform)),
];

const byName: ReadonlyMap<string, OsVersion> = new Map(osVersions.map(version => [version.name, version]));

/** Strict: the documented version of exactly this name, else undefined (IMG.0056). */
export const osVersion = (name: string): OsVersion | undefined => byName.get(name);

/** Lenient: an unknown name is of platform Other, and its type and bits are read off the name (inferred). */
export const anyOsVersion = (name: string): OsVersion => byName.get(name) ?? derive(name, 'Other');

function versionsOf(line: OsLine, osBit: 32 | 64, versions: readonly string[] = [], uefi: readonly string[] = []): OsVersion[] {
  const booting = new Set(uefi.flatMap(spread));
  return versions.flatMap(spread).map(version => ({
    ...derive(`${line.name.replace('*', version)} ${osBit}bit`, line.platform),
    uefi: booting.has(version),
  }));
}

function derive(name: string, platform: string): OsVersion {
  return { name, platform, osType: osTypeOf(name), osBit: /32[ _]?bit\)?$/.test(name) ? 32 : 64, uefi: false };
}

function osTypeOf(name: string): OsVersion['osType'] {
  if (name.startsWith('Windows')) return 'Windows';
  return name.startsWith('Other') ? 'Other' : 'Linux';
}

/** `15 SP{1-3}` → `15 SP1`, `15 SP2`, `15 SP3` */
function spread(pattern: string): string[] {
  const [range, from, to] = /\{(\d+)-(\d+)\}/.exec(pattern) ?? [];
  if (range === undefined) return [pattern];
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) =>
    pattern.replace(range, String(Number(from) + index)),
  );
}
