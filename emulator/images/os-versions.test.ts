import { describe, expect, test } from 'vitest';
import { anyOsVersion, osVersion, osVersions } from './os-versions.ts';

describe('OS versions', () => {
  test.each([
    ['Debian GNU/Linux 12.0.0 64bit', 'Debian', 'Linux', 64, true],
    ['Debian GNU/Linux 10.13.0 64bit', 'Debian', 'Linux', 64, true],
    ['Debian GNU/Linux 10.0.0 64bit', 'Debian', 'Linux', 64, false],
    ['Ubuntu 14.04.4 server 32bit', 'Ubuntu', 'Linux', 32, false],
    ['Ubuntu 16.04.2 Server 64bit', 'Ubuntu', 'Linux', 64, false],
    ['Ubuntu 22.04 server 64bit', 'Ubuntu', 'Linux', 64, true],
    ['Redhat Linux Enterprise 6.6 32bit', 'Red Hat', 'Linux', 32, true],
    ['Redhat Linux Enterprise 6.6 64bit', 'Red Hat', 'Linux', 64, false],
    ['Redhat 7.6 64bit', 'Red Hat', 'Linux', 64, false],
    ['Windows 7 Professional 32bit', 'Windows', 'Windows', 32, false],
    ['Windows Server 2012 R2 Datacenter 64bit', 'Windows', 'Windows', 64, true],
    ['Windows Server 2008 R2 WEB 64bit', 'Windows', 'Windows', 64, false],
    ['CoreOS 1298.6.0', 'CoreOS', 'Linux', 64, false],
    ['openEuler 20.03 SP3 64bit', 'openEuler', 'Linux', 64, true],
    ['SUSE Linux Enterprise Server 11 SP3 32bit', 'SUSE', 'Linux', 32, true],
    ['CentOS 7.0 32bit', 'CentOS', 'Linux', 32, false],
    ['Other Linux(64 bit)', 'Other', 'Other', 64, false],
    ['Other(32 bit)', 'Other', 'Other', 32, false],
    ['Other_Windows (32_bit)', 'Other', 'Other', 32, false],
  ])('%s', (name, platform, osType, osBit, uefi) => {
    expect(osVersion(name)).toEqual({ name, platform, osType, osBit, uefi });
  });

  test('occur once each and are spread out in full', () => {
    const names = osVersions.map(version => version.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter(name => /[{}*]/.test(name))).toEqual([]);
  });

  test.each([
    'Debian GNU/Linux 12.0.0',
    'debian gnu/linux 12.0.0 64bit',
    'SUSE Linux Enterprise Server 11 SP2 64bit',
    '',
    'Haiku',
  ])('do not include %j', name => {
    expect(osVersion(name)).toBeUndefined();
  });

  test('may be unknown ones where that is allowed, and then are of platform Other', () => {
    expect(anyOsVersion('Haiku R1 32bit')).toEqual({
      name: 'Haiku R1 32bit',
      platform: 'Other',
      osType: 'Linux',
      osBit: 32,
      uefi: false,
    });
    expect(anyOsVersion('Windows 11 64bit')).toMatchObject({ platform: 'Other', osType: 'Windows', osBit: 64 });
    expect(anyOsVersion('CentOS 7.9 64bit')).toBe(osVersion('CentOS 7.9 64bit'));
  });
});
