/** What disks that come of a backup are like: as those were that it was made of, unless the order says otherwise. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrationsFolder } from '../emulator/store/migrations.ts';
import { type EmulatorCloud, FLAVOR, openEmulator } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';
import { codeOf } from './refused.ts';
import { waitSuccessfully } from './wait-successfully.ts';

const MINUTES = 300_000;

describe.each(everyHardware)('on %s', hardware => {
  let emulator: EmulatorCloud;
  let imageId: string;
  /** Backups of the data disks. */
  let shared: string;
  let plain: string;

  beforeAll(async () => {
    // The other dialect backs up no SCSI disks.
    emulator = await openEmulator({ hardware, config: { dialect: 'HW' } });
    const { a, cloud, launch } = emulator;
    // Before that nobody knows whether it can share disks.
    await cloud.reconciler.hardwareReady(new AbortController().signal);
    const serverId = await launch({ dataDisks: [{ size: 10, shareable: true, deviceType: 'SCSI' }, { size: 11 }] });
    const { vaultId } = await a.vaults.create({ name: 'vault', size: 100, resources: [{ id: serverId }] });
    const whole = await a.images.createWhole({ name: 'whole', serverId, vaultId });
    await waitSuccessfully(emulator, whole.jobId);
    ({ imageId } = whole);
    // It can be launched at once; disks are made of its backup when that has been read through.
    const check = await cloud.database.read.job.findFirstOrThrow({ where: { type: 'imsCheckWholeImageJob' } });
    await waitSuccessfully(emulator, check.id);
    const parts = await a.backups.listParts({ backupIds: [whole.backupId] });
    [, shared = '', plain = ''] = parts.map(({ id }) => id);
  }, MINUTES);
  afterAll(() => emulator?.close());

  const launched = async (more: object = {}) => {
    const serverId = await emulator.launch({ imageId, ...more });
    const attached = await emulator.a.servers.listDisks({ serverIds: [serverId] });
    return attached.map(({ disk: { shareable, deviceType } }) => ({ shareable, deviceType }));
  };
  const made = async (backupId: string, more: object = {}) => {
    const { jobId, diskIds } = await emulator.a.disks.create({ name: 'copy', backupId, ...more });
    await waitSuccessfully(emulator, jobId);
    return emulator.a.disks.get({ diskId: diskIds[0] ?? '' });
  };

  test('a server comes back with its disks as they were', { timeout: MINUTES }, async () => {
    expect(await launched()).toEqual([
      { shareable: false, deviceType: 'VBD' },
      { shareable: true, deviceType: 'SCSI' },
      { shareable: false, deviceType: 'VBD' },
    ]);
  });

  test('or as the launch wants them', { timeout: MINUTES }, async () => {
    const dataDisks = [
      { snapshotId: shared, shareable: false, deviceType: 'VBD' },
      { snapshotId: plain, deviceType: 'SCSI' },
    ];
    expect(await launched({ dataDisks })).toEqual([
      { shareable: false, deviceType: 'VBD' },
      { shareable: false, deviceType: 'VBD' },
      { shareable: false, deviceType: 'SCSI' },
    ]);
  });

  test('a disk that is made of a backup is like that one, or as it is ordered', async () => {
    expect(await made(shared)).toMatchObject({ shareable: true, deviceType: 'SCSI', bootable: false });
    expect(await made(plain)).toMatchObject({ shareable: false, deviceType: 'VBD' });
    expect(await made(shared, { shareable: false, deviceType: 'VBD' })).toMatchObject({ shareable: false, deviceType: 'VBD' });
  });

  test('where no disk can be shared, a shared one comes back only unshared, and only if that is asked for', async () => {
    const { a, cloud } = emulator;
    const capabilities = cloud.hardware.capabilities.bind(cloud.hardware);
    cloud.hardware.capabilities = () =>
      capabilities().map(one => (one.name === 'sharedDisks' ? { ...one, available: false } : one));
    try {
      expect(await codeOf(a.servers.launch({ name: 'web', imageId, flavorId: FLAVOR }))).toBe('Cloudyard.0003');
      expect(await codeOf(a.disks.create({ name: 'copy', backupId: shared }))).toBe('Cloudyard.0003');
      expect(await made(shared, { shareable: false })).toMatchObject({ shareable: false, deviceType: 'SCSI' });
      expect((await launched({ dataDisks: [{ snapshotId: shared, shareable: false }] }))[1]).toMatchObject({ shareable: false });
    } finally {
      cloud.hardware.capabilities = capabilities;
    }
  });
});

test('backups that were made before this was kept are there with their parts and shares', () => {
  const names = readdirSync(migrationsFolder()).filter(name => /^\d+_/.test(name));
  const ours = names.find(name => name.endsWith('_backup_disk_attributes')) ?? '';
  const database = new BetterSqlite3(':memory:');
  const run = (isWanted: (name: string) => boolean): void => {
    for (const name of names.filter(isWanted).toSorted())
      database.exec(readFileSync(join(migrationsFolder(), name, 'migration.sql'), 'utf8'));
  };
  run(name => name < ours);
  const times = '0, 0';
  database.exec(`INSERT INTO "Vault" (id, tenantId, name, size, objectType, status, createdAt, updatedAt)
    VALUES ('v', 'a', 'v', 10, 'SERVER', 'AVAILABLE', ${times})`);
  database.exec(`INSERT INTO "Checkpoint" (id, tenantId, vaultId, name, status, createdAt, updatedAt)
    VALUES ('c', 'a', 'v', 'c', 'AVAILABLE', ${times})`);
  for (const [id, parent, type] of [
    ['whole', 'NULL', 'SERVER'],
    ['part', "'whole'", 'DISK'],
  ])
    database.exec(`INSERT INTO "Backup" (id, tenantId, vaultId, checkpointId, parentId, name, status, resourceType, resourceId, resourceName,
      resourceSize, resourceZone, createdAt, updatedAt)
      VALUES ('${id}', 'a', 'v', 'c', ${parent}, 'b', 'AVAILABLE', '${type}', 'r', 'r', 10, 'z', ${times})`);
  database.exec(
    `INSERT INTO "BackupMember" (backupId, tenantId, status, createdAt, updatedAt) VALUES ('whole', 'b', 'ACCEPTED', ${times})`,
  );
  // As the emulator does it.
  database.transaction(() => run(name => name >= ours))();
  expect(database.prepare('SELECT id, parentId, shareable, deviceType FROM "Backup" ORDER BY id').raw().all()).toEqual([
    ['part', 'whole', 0, 'VBD'],
    ['whole', null, 0, 'VBD'],
  ]);
  expect(database.prepare('SELECT tenantId FROM "BackupMember"').pluck().all()).toEqual(['b']);
  database.close();
});
