/** The text of /etc/os-release for a placeholder. */
import type { ImageSource } from '../hardware.ts';

/** By platform, as the service names it: the distribution's own id. */
const IDS: Readonly<Record<string, string>> = {
  'Red Hat': 'rhel',
  RedHat: 'rhel',
  'Oracle Linux': 'ol',
  OpenSUSE: 'opensuse-leap',
  SUSE: 'sles',
  EulerOS: 'euleros',
  'Huawei Cloud EulerOS': 'hce',
  openEuler: 'openEuler',
  'Rocky Linux': 'rocky',
  AlmaLinux: 'almalinux',
};

/** VERSION_ID is the first number in `Debian GNU/Linux 12.0.0 64bit`. */
export function osRelease({ osVersion, platform }: ImageSource): string {
  const version = /\d+(?:\.\d+)*/.exec(osVersion.replace(/\b(?:32|64)\s?bit\b/i, ''))?.[0];
  const name = osVersion.replace(/\s*\(?\b(?:32|64)\s?bit\b\)?\s*/i, ' ').trim();
  return [
    `PRETTY_NAME=${quoted(name)}`,
    `NAME=${quoted(platform)}`,
    `ID=${IDS[platform] ?? platform.toLowerCase().replace(/[^a-z0-9._-]+/g, '-')}`,
    ...(version === undefined ? [] : [`VERSION_ID=${quoted(version)}`, `VERSION=${quoted(version)}`]),
    'VARIANT="Cloudyard placeholder"',
    'VARIANT_ID=cloudyard-placeholder',
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\$`]/g, '\\$&').replace(/\n/g, ' ')}"`;
}
