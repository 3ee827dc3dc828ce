import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { debianArchives } from './apt-sources.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'apt-'));
});
afterEach(() => rm(root, { recursive: true }));

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const DEBIAN = 'ID=debian\nVERSION_CODENAME=bookworm\n';

test('a Debian host says where its archive is, in both forms of its sources', async () => {
  await put('etc/os-release', DEBIAN);
  await put(
    'etc/apt/sources.list',
    '# a comment\ndeb [arch=amd64 signed-by=/k.gpg] http://one.example/debian bookworm main contrib\n',
  );
  await put(
    'etc/apt/sources.list.d/debian.sources',
    'Types: deb deb-src\nURIs: http://two.example/debian http://one.example/debian\nSuites: bookworm bookworm-updates\nComponents: main\n',
  );
  expect(await debianArchives(root)).toEqual(['http://one.example/debian', 'http://two.example/debian']);
});

test('security, other vendors, sources that are off and other files are left out', async () => {
  await put('etc/os-release', DEBIAN);
  await put(
    'etc/apt/sources.list.d/debian.sources',
    [
      'Types: deb\nURIs: http://security.example/debian-security\nSuites: bookworm-security\nComponents: main\n',
      'Types: deb\nURIs: http://vendor.example/node\nSuites: nodistro\nComponents: stable\n',
      'Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n',
    ].join('\n'),
  );
  await put('etc/apt/sources.list.d/old.list.disabled', 'deb http://old.example/debian bookworm main\n');
  await put('etc/apt/sources.list', 'deb-src http://source.example/debian bookworm main\n');
  expect(await debianArchives(root)).toEqual([]);
});

test('another system has none to offer, nor has one without sources', async () => {
  await put('etc/os-release', 'ID=ubuntu\nID_LIKE=debian\n');
  await put('etc/apt/sources.list', 'deb http://ubuntu.example/ubuntu jammy main\n');
  expect(await debianArchives(root)).toEqual([]);
  await rm(join(root, 'etc'), { recursive: true });
  expect(await debianArchives(root)).toEqual([]);
});
