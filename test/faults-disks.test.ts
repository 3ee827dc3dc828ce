import { randomBytes } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { DiskStoreError } from '../emulator/store/disks/disk-store.ts';
import { openTestCloud, type TestCloud } from '../src/testing/test-cloud.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { codeOf } from './refused.ts';

const order = { name: 'web', imageId: publicImageId('Standard_Debian_12_latest'), flavorId: 's3.small.1' };
const KIB = 1024;

async function launchIn(cloud: TestCloud, more = {}): Promise<string> {
  const { jobId, serverIds } = await cloud.a.servers.launch({ ...order, ...more });
  await cloud.waitForJob(jobId);
  return serverIds[0] ?? '';
}

test('a launch for which there is no space says so, leaves nothing behind and works when there is', async () => {
  await using cloud = await openTestCloud({ config: { disks: { floorBytes: 0, quotaBytes: 256 * KIB } } });
  const { jobId } = await cloud.a.servers.launch(order);
  expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0004' });
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
  expect(await cloud.cloud.hardware.disks.list()).toEqual([]);
});

test('disks fill up: writing is refused, an image fails cleanly, and all goes on when something is deleted', async () => {
  await using cloud = await openTestCloud({ config: { disks: { floorBytes: 0, quotaBytes: 8 * KIB * KIB } } });
  const { a } = cloud;
  const serverId = await launchIn(cloud);
  await a.servers.writeFile({ serverId, path: '/data', content: Buffer.from('there was space') });
  // What it is to find at its first boot comes to its disk when somebody looks at it.
  const userData = randomBytes(24 * KIB).toString('base64');
  const unread = await launchIn(cloud, { name: 'unread', userData });
  await fill(cloud);

  expect(await codeOf(a.servers.writeFile({ serverId, path: '/more', content: randomBytes(64 * KIB) }))).toBe('Cloudyard.0004');
  expect(String(await a.servers.readFile({ serverId, path: '/data' }))).toBe('there was space');
  const { jobId, imageId } = await a.images.create({ name: 'golden', serverId: unread });
  expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0004' });
  expect(await codeOf(a.images.get({ imageId }))).toBe('IMG.0027');

  await cloud.cloud.hardware.disks.remove(FILLER);
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
  await cloud.waitForJob((await a.images.create({ name: 'golden', serverId: unread })).jobId);
  await a.servers.writeFile({ serverId, path: '/more', content: randomBytes(64 * KIB) });
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
});

const FILLER = 'filler';

/** Takes all the space that is left, to the last block. */
async function fill({ cloud: { hardware } }: TestCloud): Promise<void> {
  const piece = KIB * KIB;
  await hardware.disks.create(FILLER, 1024 * piece);
  let index = 0;
  for (const size of [512 * KIB, 4 * KIB]) {
    try {
      for (; ; index++) await hardware.disks.write(FILLER, index * piece, randomBytes(size));
    } catch (error) {
      expect(error).toMatchObject({ problem: 'no-space' });
    }
  }
}

test('damaged bytes fail the image of their disk, and nothing else', async () => {
  await using cloud = await openTestCloud();
  const { a } = cloud;
  const serverId = await launchIn(cloud);
  const other = await launchIn(cloud, { name: 'other' });
  await a.servers.writeFile({ serverId, path: '/data', content: randomBytes(3 * KIB * KIB) });
  await damage(await largestFile(join(cloud.cloud.folder, 'disks', 'chunks')));

  const { jobId, imageId } = await a.images.create({ name: 'damaged', serverId });
  expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0011' });
  expect(await codeOf(a.images.get({ imageId }))).toBe('IMG.0027');
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);

  await cloud.waitForJob((await a.images.create({ name: 'whole', serverId: other })).jobId);
  await cloud.waitForJob((await a.servers.reboot({ serverIds: [serverId] })).jobId);
  await cloud.waitForJob((await a.servers.delete({ serverIds: [serverId] })).jobId);
  await launchIn(cloud, { name: 'third' });
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
});

test('a store that stops answering in the middle of an image ends it as unavailable', async () => {
  await using cloud = await openTestCloud();
  const serverId = await launchIn(cloud);
  const { disks } = cloud.cloud.hardware;
  const { checksum } = disks;
  disks.checksum = () => Promise.reject(new DiskStoreError('unavailable', 'gone'));
  const { jobId } = await cloud.a.images.create({ name: 'golden', serverId });
  expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0002' });
  disks.checksum = checksum;
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
  await cloud.waitForJob((await cloud.a.images.create({ name: 'golden', serverId })).jobId);
});

async function largestFile(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(paths.map(async path => ({ path, size: (await stat(path)).size })));
  const largest = sizes.sort((one, other) => other.size - one.size)[0];
  if (!largest) throw new Error(`no file below ${folder}`);
  return largest.path;
}

/** Turns the bits of some bytes in the middle. */
async function damage(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const place = Math.floor((await file.stat()).size / 2);
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, place);
    await file.write(
      buffer.map(byte => ~byte & 0xff),
      0,
      16,
      place,
    );
  } finally {
    await file.close();
  }
}
