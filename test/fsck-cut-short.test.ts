/** Kept bytes of another length than they had: fsck says so by name, that one is refused, and everything else works. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backupDisk } from '../emulator/backups/backup-disk.ts';
import type { Cloud } from '../emulator/cloud.ts';
import { serverDisk } from '../emulator/disks/server-disk.ts';
import { imageDisk } from '../emulator/images/image-disk.ts';
import type { DiskId } from '../emulator/store/disks/disk-store.ts';
import { GIB, MIB } from '../emulator/units.ts';
import { tenantOf } from '../src/testing/tenant.ts';
import { chunkFiles } from './disk-crash/index-check.ts';
import { type EmulatorCloud, FLAVOR, openEmulator } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';
import { refused } from './refused.ts';
import { waitSuccessfully } from './wait-successfully.ts';

const MINUTES = 300_000;

type Ordering<Ordered> = Promise<Ordered & { readonly jobId: string }>;

const doneIn =
  (emulator: EmulatorCloud) =>
  async <Ordered>(ordering: Ordering<Ordered>): Promise<Ordered> => {
    const ordered = await ordering;
    await waitSuccessfully(emulator, ordered.jobId);
    return ordered;
  };

/** What a check finds. */
async function fsck(emulator: EmulatorCloud) {
  const admin = await tenantOf(emulator.cloud, 'cloudyard-admin');
  await waitSuccessfully(emulator, (await admin.cloud.fsck({})).jobId);
  return admin.cloud.listDamage({});
}

/** Gives a kept disk another length behind the store's back: in the pool its file, in the chunk store what the index says of it. */
async function cut({ folder, id, hardware }: Cloud, disk: DiskId, bytes: number): Promise<void> {
  if (hardware.kind === 'docker') {
    const helper = `cloudyard-${id}-helper`;
    await promisify(execFile)('docker', ['exec', helper, 'truncate', '-s', `${bytes}`, `/pool/disks/${disk}`]);
    return;
  }
  const index = new BetterSqlite3(join(folder, 'disks', 'index.db'));
  const { changes } = index.prepare('UPDATE disk SET size = ? WHERE id = ?').run(bytes, disk);
  index.close();
  expect(changes).toBe(1);
}

describe.each(everyHardware)('on %s', hardware => {
  let emulator: EmulatorCloud;
  let serverId: string;
  let diskId: string;
  let imageId: string;
  /** Of the server, the older first, with their parts. */
  const backups: { id: string; part: string; size: number }[] = [];

  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
    const { a, launch } = emulator;
    const done = doneIn(emulator);
    serverId = await launch();
    const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] });
    for (const text of ['first', 'second']) {
      await a.servers.writeFile({ serverId, path: '/root/state', content: Buffer.alloc(64 << 10, text) });
      const { backupIds } = await done(a.checkpoints.create({ vaultId }));
      const [part] = await a.backups.listParts({ backupIds });
      backups.push({ id: backupIds[0] ?? '', part: part?.id ?? '', size: (part?.resourceSize ?? 0) * GIB });
    }
    ({ imageId } = await done(a.images.create({ name: 'golden', serverId })));
    [diskId = ''] = (await done(a.disks.create({ name: 'data', size: 10, fileSystem: 'EXT4' }))).diskIds;
  }, MINUTES);
  afterAll(() => emulator?.close());

  const ends = async (ordering: Promise<{ jobId: string }>): Promise<string> => {
    const { status, errorCode } = await emulator.over((await ordering).jobId);
    return errorCode ?? status;
  };

  test('a backup', { timeout: MINUTES }, async () => {
    const { a, cloud } = emulator;
    const [first, second] = backups;
    if (!first || !second) throw new Error('two backups were made');
    const what = `it has ${first.size / 2} bytes instead of ${first.size}`;
    await cut(cloud, backupDisk(first.part), first.size / 2);
    expect(await fsck(emulator)).toMatchObject([{ kind: 'BACKUP', id: first.part, tenantId: a.id, what }]);
    expect(await refused(a.backups.restore({ backupId: first.id }))).toMatchObject({
      code: 'Cloudyard.0011',
      message: expect.stringContaining(`${first.part}: ${what}`),
    });
    expect(await refused(a.disks.create({ name: 'copy', backupId: first.part }))).toMatchObject({ code: 'Cloudyard.0011' });
    expect(await ends(a.backups.restore({ backupId: second.id }))).toBe('SUCCESS');
    expect(String(await a.servers.readFile({ serverId, path: '/root/state' }))).toMatch(/^second/);
    // What is damaged can be deleted.
    expect(await ends(a.backups.delete({ backupId: first.id }))).toBe('SUCCESS');
    expect(await fsck(emulator)).toEqual([]);
  });

  test('an image', { timeout: MINUTES }, async () => {
    const { a, cloud, launch } = emulator;
    const size = Number((await a.images.get({ imageId })).virtualSize);
    const what = `it has ${size / 2} bytes instead of ${size}`;
    await cut(cloud, imageDisk(imageId), size / 2);
    expect(await fsck(emulator)).toMatchObject([{ kind: 'IMAGE', id: imageId, name: 'golden', tenantId: a.id, what }]);
    const launching = await refused(a.servers.launch({ name: 'web', imageId, flavorId: FLAVOR }));
    expect(launching?.message).toContain(what);
    await launch({ name: 'other' });
    expect(await ends(a.images.delete({ imageId }))).toBe('SUCCESS');
    expect(await fsck(emulator)).toEqual([]);
  });

  test('a disk', { timeout: MINUTES }, async () => {
    const { a, cloud } = emulator;
    const what = `it has ${9 * GIB} bytes instead of ${10 * GIB}`;
    await cut(cloud, serverDisk(diskId), 9 * GIB);
    expect(await fsck(emulator)).toMatchObject([{ kind: 'DISK', id: diskId, name: 'data', tenantId: a.id, what }]);
    expect(await a.disks.get({ diskId })).toMatchObject({ damage: what });
    expect(await ends(a.servers.reboot({ serverIds: [serverId] }))).toBe('SUCCESS');
    expect(await ends(a.disks.delete({ diskIds: [diskId] }))).toBe('SUCCESS');
    expect(await fsck(emulator)).toEqual([]);
  });
});

describe.runIf(everyHardware.includes('embedded'))('in the chunk store, where each has a file of its own', () => {
  let emulator: EmulatorCloud;
  let diskId: string;
  let imageId: string;
  let backupId: string;
  /** The file with what only that one holds. */
  const files = { backup: '', image: '', disk: '' };

  beforeAll(async () => {
    emulator = await openEmulator();
    const { a, cloud, launch } = emulator;
    const done = doneIn(emulator);
    const serverId = await launch({ dataDisks: [{ size: 10 }] });
    diskId = (await a.servers.listDisks({ serverIds: [serverId] }))[1]?.diskId ?? '';
    const { vaultId } = await a.vaults.create({ name: 'vault', objectType: 'DISK', size: 100, resources: [{ id: diskId }] });
    /** Writes something else where something was, as a server would; the file that holds it. */
    const written = async (): Promise<string> => {
      const folder = join(cloud.folder, 'disks');
      const before = new Set(chunkFiles(folder));
      await cloud.hardware.disks.write(serverDisk(diskId), 0, randomBytes(MIB));
      const [file = '', ...others] = chunkFiles(folder).filter(one => !before.has(one));
      expect(others).toEqual([]);
      return file;
    };
    files.backup = await written();
    [backupId = ''] = (await done(a.checkpoints.create({ vaultId }))).backupIds;
    files.image = await written();
    [imageId = ''] = (await done(a.images.createDataImages({ dataImages: [{ name: 'golden', diskId }] }))).imageIds;
    files.disk = await written();
    expect(await fsck(emulator)).toEqual([]);
  });
  afterAll(() => emulator?.close());

  const damaged = (kind: string, id: string) => ({ kind, id, what: expect.stringMatching(/^its bytes are damaged \(.*chunk/) });

  test('what is cut short is found one by one, and refused by name', async () => {
    const { a, over } = emulator;
    await truncate(files.backup, 4096);
    expect(await fsck(emulator)).toMatchObject([damaged('BACKUP', backupId)]);
    expect(await refused(a.backups.restore({ backupId }))).toMatchObject({
      code: 'Cloudyard.0011',
      message: expect.stringContaining(backupId),
    });
    const copy = await a.disks.create({ name: 'copy', imageId });
    expect(await over(copy.jobId)).toMatchObject({ status: 'SUCCESS' });
    expect(await over((await a.disks.delete({ diskIds: copy.diskIds })).jobId)).toMatchObject({ status: 'SUCCESS' });

    await truncate(files.image, 0);
    expect(await fsck(emulator)).toMatchObject([damaged('IMAGE', imageId), damaged('BACKUP', backupId)]);
    expect(await refused(a.disks.create({ name: 'copy', imageId }))).toMatchObject({ code: 'Cloudyard.0011' });
    expect(await over((await a.disks.createSnapshot({ diskId, name: 'snapshot' })).jobId)).toMatchObject({ status: 'SUCCESS' });

    // The snapshot shares it.
    await truncate(files.disk, 1);
    const found = await fsck(emulator);
    expect(found.map(({ kind }) => kind)).toEqual(['IMAGE', 'BACKUP', 'SNAPSHOT', 'DISK']);
    expect(found[3]).toMatchObject(damaged('DISK', diskId));
  });
});
