import { expect, test } from 'vitest';
import { systemOf } from './detect-system.ts';
import { anyOsVersion } from './os-versions.ts';

const said = anyOsVersion('Ubuntu 20.04 server 64bit');

test.each([
  ['a name that the service has', 'PRETTY_NAME="CentOS 7.9 64bit"\nID=linux\n', 'CentOS 7.9 64bit'],
  [
    'Debian by whole releases',
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n',
    /^Debian GNU\/Linux 12\./,
  ],
  ['a service pack', 'NAME="SLES"\nVERSION_ID="15.5"\nID="sles"\n', 'SUSE Linux Enterprise Server 15 SP5 64bit'],
  ['another release of what was said', "ID=ubuntu\nVERSION_ID='22.04'\n", /^Ubuntu 22\.04 /],
  ['the release that was said', 'ID=ubuntu\nVERSION_ID="20.04"\n', 'Ubuntu 20.04 server 64bit'],
  ['a release that the service does not list', 'ID=fedora\nVERSION_ID=99\n', 'Other Linux(64 bit)'],
  ['a distribution that it does not list', 'ID=gentoo\nVERSION_ID=2.15\n', 'Ubuntu 20.04 server 64bit'],
  ['a release without a number', 'ID=debian\n', 'Ubuntu 20.04 server 64bit'],
  ['quotes, blanks and line ends as a guest may write them', 'ID=\'ubuntu\' \r\nVERSION_ID= "22.04"\t\n', /^Ubuntu 22\.04 /],
  ['a value that somebody made to be long in reading', `ID=${' '.repeat(1 << 20)}x\nVERSION_ID=22.04\n`, said.name],
  ['nothing at all', '', 'Ubuntu 20.04 server 64bit'],
])('os-release with %s', (_, text, expected) => {
  const { name } = systemOf(text, said);
  if (typeof expected === 'string') expect(name).toBe(expected);
  else expect(name).toMatch(expected);
});
