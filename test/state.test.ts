/** What holds of a state folder: one process at a time, the hardware it was made with, a database that is whole or left alone. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, openCloud } from '../emulator/cloud.ts';
import { serverDisk } from '../emulator/disks/server-disk.ts';
import { DisksMissingError, HardwareMismatchError } from '../emulator/hardware/open-hardware.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { openChunkStore } from '../emulator/store/disks/chunks/chunk-store.ts';
import { DatabaseUnusableError } from '../emulator/store/migrations.ts';
import { StateInUseError } from '../emulator/store/state-lock.ts';
import { openTestCloud } from '../src/testing/test-cloud.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { compileEmulator, startProgram } from './crash/run-child.ts';

const order = { name: 'web', imageId: publicImageId('Standard_Debian_12_latest'), flavorId: 's3.small.1' };
let home: string;

beforeAll(async () => {
  await compileEmulator();
  home = await mkdtemp(join(tmpdir(), 'cloudyard-state-'));
  const cloud = await openTestCloud({ folder: join(home, 'made') });
  const { jobId, serverIds } = await cloud.a.servers.launch(order);
  await cloud.waitForJob(jobId);
  await cloud.waitForJob((await cloud.a.images.create({ name: 'golden', serverId: serverIds[0] ?? '' })).jobId);
  await cloud.cloud.close();
});
afterAll(() => rm(home, { recursive: true }));

/** A state folder of its own with one server in it. */
async function madeState(name: string): Promise<string> {
  const folder = join(home, name);
  await cp(join(home, 'made'), folder, { recursive: true });
  return folder;
}

const open1 = (folder: string): Promise<Cloud> => openCloud({ folder, hardware: 'embedded' });
const databaseOf = (folder: string): string => join(folder, 'clouds', 'default', 'cloud.db');
const digest = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** The servers with all that belongs to them, in the form that park.mjs prints. */
async function serversOf({ database }: Cloud): Promise<unknown> {
  const include = { attachments: { include: { disk: true } }, ports: true, tags: true };
  return JSON.parse(JSON.stringify(await database.read.server.findMany({ include, orderBy: { id: 'asc' } })));
}

describe('a process with 50 servers that is killed', () => {
  test('keeps others out while it lives, and all is as it was when the next one opens; so after closing', {
    timeout: 120_000,
  }, async () => {
    const folder = join(home, 'parked');
    const parked = startProgram(new URL('./crash/park.mjs', import.meta.url), folder);
    const exit = once(parked, 'exit');
    const before: unknown[] = JSON.parse(await firstLine(parked.stdout));
    expect(before).toHaveLength(50);
    await expect(open1(folder)).rejects.toThrow(StateInUseError);
    parked.kill('SIGKILL');
    await exit;

    for (let opening = 1; opening <= 2; opening++) {
      const cloud = await open1(folder);
      try {
        expect(await serversOf(cloud)).toEqual(before);
        expect(await brokenInvariants(cloud)).toEqual([]);
      } finally {
        await cloud.close();
      }
    }
  });

  async function firstLine(output: NodeJS.ReadableStream | null): Promise<string> {
    let text = '';
    for await (const part of output ?? []) {
      text += String(part);
      if (text.includes('\n')) break;
    }
    return text.slice(0, text.indexOf('\n'));
  }
});

test('a state folder that this very process has open is refused too, and free again when it is closed', async () => {
  const folder = await madeState('twice');
  const first = await open1(folder);
  await expect(open1(folder)).rejects.toThrow(StateInUseError);
  expect(await brokenInvariants(first)).toEqual([]);
  await first.close();
  await (await open1(folder)).close();
});

test('two clouds of one state folder do not meet', async () => {
  const folder = await madeState('two-clouds');
  const first = await open1(folder);
  const second = await openCloud({ folder, name: 'second', hardware: 'embedded' });
  expect(second.id).not.toBe(first.id);
  expect(await second.database.read.server.count()).toBe(0);
  await second.close();
  await first.close();
});

test('state that was made with one hardware is refused with another, stays free, and is opened as it was made', async () => {
  const folder = await madeState('mismatch');
  await expect(openCloud({ folder, hardware: 'docker' })).rejects.toThrow(HardwareMismatchError);
  const cloud = await openCloud({ folder, hardware: 'auto' });
  expect(cloud.hardware.kind).toBe('embedded');
  await cloud.close();
});

test('state whose disks are gone is refused, makes no new ones, and is opened when they are back', async () => {
  const folder = await madeState('no-disks');
  const disks = join(folder, 'clouds', 'default', 'disks');
  await rename(disks, `${disks}.away`);
  await expect(openCloud({ folder, hardware: 'embedded' })).rejects.toThrow(DisksMissingError);
  expect(existsSync(disks)).toBe(false);
  await rename(`${disks}.away`, disks);
  const cloud = await openCloud({ folder, hardware: 'auto' });
  expect(await cloud.hardware.disks.list()).not.toEqual([]);
  await cloud.close();
});

describe('a database that is not as it should be is refused and left as it is:', () => {
  /** Pages of zeros at a part of the file. */
  const zeros = async (file: string, part: number): Promise<void> => {
    const page = 4096;
    const pages = (await stat(file)).size / page;
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(2 * page), 0, 2 * page, Math.floor(pages * part) * page);
    await handle.close();
  };
  const newer = async (file: string): Promise<void> => {
    const database = new Sqlite(file);
    database
      .prepare('INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES (?, ?, ?)')
      .run('id', 'sum', '99990101000000_not_yet');
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
  };

  interface Damage {
    readonly name: string;
    readonly spoil: (file: string) => Promise<void>;
    readonly message?: RegExp;
  }
  const damages: readonly Damage[] = [
    { name: 'garbage', spoil: file => writeFile(file, Buffer.alloc(100_000, 'not a database ')) },
    { name: 'a file that was cut', spoil: async file => truncate(file, Math.floor((await stat(file)).size / 2)) },
    ...[0, 0.2, 0.4, 0.5, 0.6, 0.8].map(part => ({ name: `zeros at ${part} of it`, spoil: (file: string) => zeros(file, part) })),
    { name: 'made by a newer Cloudyard', spoil: newer, message: /newer Cloudyard/ },
  ];

  test.each(damages.map(damage => [damage.name, damage] as const))('%s', async (name, { spoil, message = /cannot be used/ }) => {
    const folder = await madeState(name.replace(/\W+/g, '-'));
    const file = databaseOf(folder);
    const whole = await readFile(file);
    await spoil(file);
    const before = await digest(file);
    const error: unknown = await open1(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatabaseUnusableError);
    expect(String(error)).toMatch(message);
    expect(await digest(file)).toBe(before);

    // Nothing is locked, and with a copy put back everything is there.
    await writeFile(file, whole);
    const cloud = await open1(folder);
    expect(await brokenInvariants(cloud)).toEqual([]);
    await cloud.close();
  });
});

test('an empty database file is a new cloud', async () => {
  const folder = await madeState('empty');
  await writeFile(databaseOf(folder), '');
  const cloud = await open1(folder);
  expect(await cloud.database.read.server.count()).toBe(0);
  expect((await cloud.hardware.disks.list()).filter(id => id.startsWith(serverDisk('')))).toEqual([]);
  await cloud.close();
});

test('where the store has lost its disks, servers are off and say why, private images launch nothing, public ones are made again', async () => {
  const folder = await madeState('lost-disks');
  const store = await openChunkStore({ folder: join(folder, 'clouds', 'default', 'disks') });
  for (const disk of await store.list()) await store.remove(disk);
  await store.close();
  const cloud = await openTestCloud({ folder });
  try {
    const { rows } = await cloud.a.servers.list({});
    expect(rows).toMatchObject([{ status: 'SHUTOFF', faultMessage: expect.stringContaining('disk') }]);
    const start = await cloud.a.servers.start({ serverIds: rows.map(({ id }) => id) });
    expect(await cloud.waitUntilOver(start.jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Ecs.0226' });
    const own = await cloud.a.images.list({ filter: { relation: 'OWN' } });
    const launch = await cloud.a.servers.launch({ ...order, imageId: own.rows[0]?.id ?? '' });
    expect(await cloud.waitUntilOver(launch.jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0011' });
    await cloud.waitForJob((await cloud.a.servers.launch(order)).jobId);
  } finally {
    await cloud.close();
  }
});

test('a cloud that cannot be opened leaves no file of its own but the folder and its lock', async () => {
  const folder = join(home, 'refused');
  await expect(openCloud({ folder, hardware: 'embedded', config: { dialect: 'AWS' as 'HW' } })).rejects.toThrow();
  await expect(readdir(folder)).rejects.toThrow();
});

describe('the folder of a cloud', () => {
  const modeOf = async (folder: string): Promise<number> => (await stat(join(folder, 'clouds', 'default'))).mode & 0o777;

  test('is open to its owner only', async () => {
    const folder = join(home, 'private');
    await (await open1(folder)).close();
    expect(await modeOf(folder)).toBe(0o700);
  });

  test('is closed to others where it was made open', async () => {
    const folder = await madeState('public');
    await chmod(join(folder, 'clouds', 'default'), 0o755);
    await (await open1(folder)).close();
    expect(await modeOf(folder)).toBe(0o700);
  });
});
