/** File systems of the embedded hardware, made and judged by the tools of e2fsprogs, where the machine has them. */
import { execFileSync } from 'node:child_process';
import { constants, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openEmbeddedHardware } from '../emulator/hardware/embedded/embedded-hardware.ts';
import type { Hardware } from '../emulator/hardware/hardware.ts';
import { openChunkStore } from '../emulator/store/disks/chunks/chunk-store.ts';
import { firstDifference, MIB, pattern } from './contracts/bytes.ts';
import { debian, seedOf, specOf } from './disk-crash/embedded-machines.ts';
import { missing } from './hardware.ts';

const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
const tool = (name: string, ...args: string[]): string => execFileSync(name, args, { env, encoding: 'utf8', stdio: 'pipe' });

describe.skipIf(missing.e2fsprogs)('file systems on embedded hardware', () => {
  let folder: string;
  let tree: string;
  let hardware: Hardware;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'embedded-'));
    tree = join(folder, 'tree');
    const disks = await openChunkStore({ folder: join(folder, 'disks') });
    hardware = await openEmbeddedHardware({ folder: join(folder, 'hardware'), disks });
    await makeTree();
  });
  afterEach(async () => {
    await hardware.close();
    await rm(folder, { recursive: true });
  });

  const text = async (disk: string, path: string): Promise<string> => (await hardware.readFile({ disk }, path)).toString();

  /** A small tree with something of everything. */
  async function makeTree(): Promise<void> {
    await mkdir(join(tree, 'sub', 'deep'), { recursive: true });
    await writeFile(join(tree, 'large'), pattern(0, 900_000));
    await writeFile(join(tree, 'sub', 'deep', 'file'), 'found');
    await symlink('/sub/./deep/../deep', join(tree, 'absolute'));
    await symlink('../../../sub', join(tree, 'sub', 'up'));
    await symlink('loop', join(tree, 'loop'));
    await symlink(`/sub${'/./././././././././././.'.repeat(5)}/deep`, join(tree, 'long'));
    for (let at = 0; at < 300; at += 1) await writeFile(join(tree, 'sub', `entry-with-a-long-name-${at}`), '');
    await writeInto('sparse', 'end', 700_000);
  }

  async function writeInto(name: string, data: string, offset: number): Promise<void> {
    const file = await open(join(tree, name), constants.O_RDWR | constants.O_CREAT);
    await file.write(Buffer.from(data), 0, data.length, offset);
    await file.close();
  }

  /** Brings a file system with the tree as it is now to a disk. */
  async function makeDisk(disk: string, size: string, ...options: string[]): Promise<void> {
    const image = join(folder, `${disk}.img`);
    tool('mke2fs', '-q', '-F', ...options, '-d', tree, image, size);
    const bytes = readFileSync(image);
    await hardware.disks.create(disk, bytes.length);
    await hardware.disks.write(disk, 0, bytes);
  }

  /** The opinion of e2fsck, which throws where it finds anything. */
  async function check(disk: string): Promise<string> {
    const size = (await hardware.disks.stat(disk))?.size ?? 0;
    const image = join(folder, 'check.img');
    const file = await open(image, 'w');
    await hardware.disks.create('zeros', size);
    for (const { offset, length } of await hardware.disks.changedBetween('zeros', disk)) {
      for (let at = offset; at < offset + length; at += 16 * MIB) {
        const part = Math.min(16 * MIB, offset + length - at);
        await file.write(await hardware.disks.read(disk, { offset: at, length: part }), 0, part, at);
      }
    }
    await file.truncate(size);
    await file.close();
    return tool('e2fsck', '-fn', image);
  }

  test.each([
    ['ext2 with blocks of 1 KiB', ['-t', 'ext2', '-b', '1024']],
    ['ext3 with blocks of 2 KiB', ['-t', 'ext3', '-b', '2048']],
    ['ext4 with small inodes', ['-t', 'ext4', '-b', '4096', '-I', '128']],
    ['ext4 with 64-bit descriptors', ['-t', 'ext4', '-b', '1024', '-O', '64bit,metadata_csum']],
  ])('%s are read and written', async (_, options) => {
    await makeDisk('d', '16M', ...options);
    expect(firstDifference(await hardware.readFile({ disk: 'd' }, '/large'), pattern(0, 900_000))).toBe(-1);
    expect(
      firstDifference(
        await hardware.readFile({ disk: 'd' }, '/sparse'),
        Buffer.concat([Buffer.alloc(700_000), Buffer.from('end')]),
      ),
    ).toBe(-1);
    for (const path of ['/sub/deep/file', '/absolute/file', '/sub/up/deep/file', '/long/file', '/../sub//deep/./file']) {
      expect(await text('d', path), path).toBe('found');
    }
    await expect(hardware.readFile({ disk: 'd' }, '/loop')).rejects.toMatchObject({ problem: 'bad-path' });
    expect(await hardware.listFiles({ disk: 'd' }, '/sub')).toHaveLength(302);

    await hardware.writeFile({ disk: 'd' }, '/absolute/new/deeper/file', pattern(3, 400_000));
    await hardware.writeFile({ disk: 'd' }, '/large', Buffer.from('small now'));
    expect(firstDifference(await hardware.readFile({ disk: 'd' }, '/sub/deep/new/deeper/file'), pattern(3, 400_000))).toBe(-1);
    expect(await text('d', '/large')).toBe('small now');
    expect(await check('d')).toContain('Pass 5');
  });

  test.each([
    ['the smallest', 256 * 1024],
    ['some mebibytes', 3 * MIB],
    ['one whole group', 128 * MIB],
    ['a last group too small to be used', 128 * MIB + 100 * 4096],
    ['a last group just large enough', 128 * MIB + 900 * 4096],
    ['several groups', 1000 * MIB + 4096],
    ['10 GiB', 10 * 1024 * MIB],
  ])('have nothing over those of our own formatting: %s', async (_, size) => {
    await hardware.disks.create('d', size);
    await hardware.formatDisk('d');
    expect(await check('d')).toContain('Pass 5');
    await hardware.writeFile({ disk: 'd' }, '/some/folder/file', pattern(0, 90_000));
    await hardware.writeFile({ disk: 'd' }, '/some/other/file', Buffer.from('x'));
    expect(await check('d')).toContain('Pass 5');
    expect(firstDifference(await hardware.readFile({ disk: 'd' }, '/some/folder/file'), pattern(0, 90_000))).toBe(-1);
  });

  test('are compared, whatever they are made of: types, links, owners, holes', async () => {
    await makeDisk('ext2', '16M', '-t', 'ext2', '-b', '1024');
    await makeDisk('ext4', '16M', '-t', 'ext4', '-b', '4096');
    const compare = (path: string) => hardware.compareFiles({ disk: 'ext2' }, { disk: 'ext4' }, { path, limit: 1000 });
    expect(await compare('/')).toEqual([]);
    await rm(join(tree, 'loop'));
    await mkdir(join(tree, 'loop', 'sub'), { recursive: true });
    await rm(join(tree, 'long'));
    await symlink('/elsewhere', join(tree, 'long'));
    await writeInto('sparse', 'x', 350_000);
    await makeDisk('changed', '16M', '-t', 'ext4', '-b', '4096', '-E', 'root_owner=7:8');
    const found = await hardware.compareFiles({ disk: 'ext2' }, { disk: 'changed' }, { path: '/', limit: 1000 });
    expect(found.map(({ path, change, aspects }) => [path, change, ...aspects])).toEqual([
      ['/', 'CHANGED', 'owner'],
      ['/long', 'CHANGED', 'target'],
      ['/loop', 'CHANGED', 'type', 'mode'],
      ['/loop/sub', 'ADDED'],
      ['/sparse', 'CHANGED', 'content'],
    ]);
    expect(found[1]?.after).toMatchObject({ type: 'LINK', linkTarget: '/elsewhere' });
  });

  test('are full at their size: the write is refused and nothing of it is there', async () => {
    await makeDisk('d', '8M', '-t', 'ext4', '-b', '4096');
    const before = await hardware.disks.checksum('d');
    await expect(hardware.writeFile({ disk: 'd' }, '/too-much', pattern(0, 8 * MIB))).rejects.toMatchObject({
      name: 'HardwareError',
      problem: 'no-space',
    });
    expect(await hardware.disks.checksum('d')).toBe(before);
  });

  test('that other tools check are clean after a server’s whole life', async () => {
    await hardware.materialise(debian, 'image');
    await hardware.disks.snapshot([{ source: 'image', target: 's' }]);
    await hardware.createServer(specOf('s'));
    await hardware.startServer(specOf('s'), seedOf('s'));
    for (let at = 0; at < 25; at += 1)
      await hardware.writeFile({ disk: 's' }, `/srv/${'long-name-'.repeat(20)}${at}/file`, Buffer.from('x'));
    await hardware.writeFile({ disk: 's' }, '/srv/large', pattern(0, 5 * MIB));
    await hardware.writeFile({ disk: 's' }, '/srv/large', pattern(1, 100));
    expect(await check('s')).toContain('Pass 5');
  });
});
