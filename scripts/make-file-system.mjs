/**
 * Makes assets/filesystems/ext4-1g.gz: the empty file system that the placeholders of the embedded hardware begin with.
 * Needs mke2fs (Debian: e2fsprogs). Run it again only to change the file system: the result is checked in.
 *
 *     node scripts/make-file-system.mjs
 *
 * Block size 4096, so that it mounts on any loop device. Journal and lazily initialised tables as a distribution's installer has
 * them; no reserved blocks. Time stamps and identifiers are fixed, so the same mke2fs gives the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './project.mjs';

const SIZE = 1 << 30;
const BLOCK = 4096;
const OPTIONS = [
  ...['-q', '-F', '-t', 'ext4', '-b', String(BLOCK), '-m', '0', '-L', 'root'],
  ...['-U', '6c6f7564-7961-4264-8000-000000000001'],
  ...['-E', 'lazy_itable_init=1,nodiscard,root_owner=0:0,hash_seed=6c6f7564-7961-4264-8000-000000000002'],
];

const folder = mkdtempSync(join(tmpdir(), 'cloudyard-file-system-'));
try {
  const image = join(folder, 'image');
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, E2FSPROGS_FAKE_TIME: '1700000000' };
  execFileSync('mke2fs', [...OPTIONS, image, `${SIZE / 1024}k`], { env, stdio: 'inherit' });
  const bytes = readFileSync(image);
  const zeros = Buffer.alloc(BLOCK);
  const at = (/** @type {number} */ block) => bytes.subarray(block * BLOCK, (block + 1) * BLOCK);
  const blocks = Array.from({ length: SIZE / BLOCK }, (_, block) => block).filter(block => !at(block).equals(zeros));
  const head = `${JSON.stringify({ size: SIZE, blockSize: BLOCK, blocks })}\n`;
  const packed = gzipSync(Buffer.concat([Buffer.from(head), ...blocks.map(at)]), { level: 9 });
  const assets = join(root, 'assets', 'filesystems');
  mkdirSync(assets, { recursive: true });
  writeFileSync(join(assets, 'ext4-1g.gz'), packed);
  console.log(`assets/filesystems/ext4-1g.gz: ${blocks.length} blocks, ${packed.length} bytes`);
} finally {
  rmSync(folder, { recursive: true });
}
