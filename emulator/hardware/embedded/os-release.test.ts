import { expect, test } from 'vitest';
import { osRelease } from './os-release.ts';

test.each([
  ['Debian GNU/Linux 12.0.0 64bit', 'Debian', 'debian', '12'],
  ['Ubuntu 22.04 server 64bit', 'Ubuntu', 'ubuntu', '22.04'],
  ['CentOS 7.9 64bit', 'CentOS', 'centos', '7.9'],
  ['SUSE Linux Enterprise Server 15 SP5 64bit', 'SUSE', 'sles', '15.5'],
  ['openEuler 22.03 SP1 64bit', 'openEuler', 'openEuler', '22.03.1'],
  ['Windows Server 2022 Standard 64bit', 'Windows', 'windows', '2022'],
  ['CoreOS 1010.5.0', 'CoreOS', 'coreos', '1010.5.0'],
])('%s has ID and VERSION_ID', (osVersion, platform, id, version) => {
  const lines = osRelease({ osVersion, platform }).split('\n');
  expect(lines).toContain(`ID=${id}`);
  expect(lines).toContain(`VERSION_ID="${version}"`);
  expect(lines).toContain(`PRETTY_NAME="${osVersion}"`);
});

test('a system without a version has none, and nothing escapes its quotes', () => {
  expect(osRelease({ osVersion: 'Other Linux(64 bit)', platform: 'Other' })).not.toContain('VERSION_ID');
  expect(osRelease({ osVersion: 'a "b" `c` $d \\ 3', platform: 'Other' })).toContain(
    'PRETTY_NAME="a \\"b\\" \\`c\\` \\$d \\\\ 3"',
  );
});
