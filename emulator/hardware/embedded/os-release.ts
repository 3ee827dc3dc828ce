import type { ImageSource } from '../hardware.ts';

/** ID and NAME of os-release(5) by the platform that the service knows. */
const SYSTEMS: Readonly<Record<string, readonly [id: string, name: string]>> = {
  CentOS: ['centos', 'CentOS Linux'],
  CoreOS: ['coreos', 'CoreOS'],
  Debian: ['debian', 'Debian GNU/Linux'],
  EulerOS: ['euleros', 'EulerOS'],
  Fedora: ['fedora', 'Fedora Linux'],
  NeoKylin: ['neokylin', 'NeoKylin'],
  openEuler: ['openEuler', 'openEuler'],
  OpenSUSE: ['opensuse-leap', 'openSUSE Leap'],
  'Oracle Linux': ['ol', 'Oracle Linux Server'],
  'Red Hat': ['rhel', 'Red Hat Enterprise Linux'],
  'Rocky Linux': ['rocky', 'Rocky Linux'],
  SUSE: ['sles', 'SLES'],
  Ubuntu: ['ubuntu', 'Ubuntu'],
  Windows: ['windows', 'Windows'],
};

/**
 * The os-release(5) of a public image. The service's OS versions end in `64bit` or the like, and name a version within:
 * `Debian GNU/Linux 12.0.0 64bit` has VERSION_ID 12 (Debian counts by whole releases), `CentOS 7.9 64bit` 7.9, `… 15 SP5 64bit` 15.5.
 */
export function osRelease({ osVersion, platform }: Pick<ImageSource, 'osVersion' | 'platform'>): string {
  const [id, name] = SYSTEMS[platform] ?? ['linux', platform];
  const [, number, servicePack] = /(\d+(?:\.\d+)*)(?: SP(\d+))?/.exec(osVersion.replace(/[ (_]*(32|64)[ _]?bit\)?$/, '')) ?? [];
  const version = servicePack ? `${number}.${servicePack}` : id === 'debian' ? number?.split('.')[0] : number;
  const fields = { PRETTY_NAME: osVersion, NAME: name, ...(version ? { VERSION_ID: version } : {}), ID: id };
  return Object.entries(fields)
    .map(
      ([field, value]) =>
        `${field}=${/^[\w.]+$/.test(value) && field === 'ID' ? value : `"${value.replace(/["\\$`]/g, '\\$&')}"`}\n`,
    )
    .join('');
}
