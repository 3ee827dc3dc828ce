import type { ImageSource } from '../hardware.ts';
import type { Change } from './file-system/writer-worker.mjs';
import { osRelease } from './os-release.ts';

/** Why every image of the embedded hardware is a placeholder, in words for a user. */
export const PLACEHOLDER_REASON =
  'the embedded hardware has no container engine to take the content of public images from; ' +
  'the disk holds the tiny base system under the os-release of the image';

const FOLDERS: readonly (readonly [path: string, mode: number])[] = [
  ['/boot', 0o755],
  ['/dev', 0o755],
  ['/etc', 0o755],
  ['/home', 0o755],
  ['/mnt', 0o755],
  ['/opt', 0o755],
  ['/proc', 0o555],
  ['/root', 0o700],
  ['/root/.ssh', 0o700],
  ['/run', 0o755],
  ['/srv', 0o755],
  ['/sys', 0o555],
  ['/tmp', 0o1777],
  ['/usr', 0o755],
  ['/usr/lib', 0o755],
  ['/var', 0o755],
  ['/var/lib', 0o755],
  ['/var/log', 0o755],
  ['/var/tmp', 0o1777],
];

/** The placeholder for a public image: the tree that file operations, keys, passwords and user data need, and no programs. */
export function baseSystem(source: ImageSource): Change[] {
  const motd = `This is a placeholder for ${source.name} (${source.osVersion}): ${PLACEHOLDER_REASON}.\n`;
  return [
    ...FOLDERS.map(([path, mode]): Change => ({ type: 'DIRECTORY', path: Buffer.from(path), mode })),
    file('/usr/lib/os-release', osRelease(source)),
    { type: 'LINK', path: Buffer.from('/etc/os-release'), target: Buffer.from('../usr/lib/os-release'), mode: 0o777 },
    file('/etc/hostname', 'localhost\n'),
    file('/etc/hosts', '127.0.0.1\tlocalhost\n::1\tlocalhost\n'),
    file('/etc/issue', `${source.osVersion}\n`),
    file('/etc/motd', motd),
    file('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n'),
    file('/etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    file('/etc/shadow', 'root:*:19000:0:99999:7:::\nnobody:*:19000:0:99999:7:::\n', 0o640),
  ];
}

const file = (path: string, text: string, mode = 0o644): Change => ({
  type: 'FILE',
  path: Buffer.from(path),
  data: Buffer.from(text),
  mode,
});
