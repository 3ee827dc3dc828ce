/** Disks that several servers have at once, and disks made of what others keep: images of another tenant, backups. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

const LIMIT = 300_000;
const FILE = '/data.txt';
const [hardware = 'embedded'] = everyHardware;
let emulator: EmulatorCloud;
let first: string;
let second: string;

beforeAll(async () => {
  emulator = await openEmulator({ hardware });
  [first, second] = [await emulator.launch({ name: 'first' }), await emulator.launch({ name: 'second' })];
}, LIMIT);
afterAll(() => emulator?.close());

async function success(ordered: Promise<{ jobId: string }>): Promise<void> {
  const job = await emulator.over((await ordered).jobId);
  expect(`${job.status} ${job.failReason ?? ''}`.trim()).toBe('SUCCESS');
}

async function disk(input: Partial<Parameters<EmulatorCloud['a']['disks']['create']>[0]>, who = emulator.a): Promise<string> {
  const made = await who.disks.create({ name: 'data', ...input });
  await success(Promise.resolve(made));
  return made.diskIds[0] ?? '';
}

const write = (serverId: string, diskId: string, text: string): Promise<unknown> =>
  emulator.a.servers.writeFile({ serverId, diskId, path: FILE, content: Buffer.from(text) });
const read = async (serverId: string, diskId: string, who = emulator.a): Promise<string> =>
  (await who.servers.readFile({ serverId, diskId, path: FILE })).toString();

test.each(everyHardware)(
  'two servers have a shared disk at once and see what the other writes (%s)',
  { timeout: LIMIT },
  async () => {
    const { a } = emulator;
    const diskId = await disk({ size: 10, fileSystem: 'EXT4', shareable: true });
    for (const serverId of [first, second]) await success(a.disks.attach({ serverId, diskId }));
    expect(await a.disks.get({ diskId })).toMatchObject({ status: 'IN_USE', shareable: true });
    await write(first, diskId, 'from the first');
    expect(await read(second, diskId)).toBe('from the first');
    await write(second, diskId, 'from the second');
    expect(await read(first, diskId)).toBe('from the second');

    await success(a.disks.detach({ serverId: first, diskId }));
    expect(await a.disks.get({ diskId })).toMatchObject({ status: 'IN_USE' });
    expect(await read(second, diskId)).toBe('from the second');
    await success(a.disks.detach({ serverId: second, diskId }));
    expect(await a.disks.get({ diskId })).toMatchObject({ status: 'AVAILABLE' });
  },
);

test.each(everyHardware)('a disk that is not shared is in one server only (%s)', { timeout: LIMIT }, async () => {
  const { a } = emulator;
  const diskId = await disk({ size: 10, serverId: first });
  expect(await refusal(a.disks.attach({ serverId: second, diskId }))).toBe('Ecs.0017');
  await success(a.disks.detach({ serverId: first, diskId }));
});

test.each(everyHardware)(
  'a data disk image that was accepted makes a disk of the other tenant (%s)',
  { timeout: LIMIT },
  async () => {
    const { a, b } = emulator;
    const diskId = await disk({ size: 10, fileSystem: 'EXT4', serverId: first });
    await write(first, diskId, 'for b');
    const { jobId, imageIds } = await a.images.createDataImages({ dataImages: [{ name: 'data', diskId }] });
    await success(Promise.resolve({ jobId }));
    const [imageId = ''] = imageIds;
    const order = { name: 'copy', imageId, type: 'SSD' } as const;
    expect(await refusal(b.disks.create(order))).toBe('EVS.2046');
    await success(a.images.share({ imageIds: [imageId], tenantIds: [b.id] }));
    await success(b.images.answerShares({ imageIds: [imageId], status: 'ACCEPTED' }));
    const copy = await disk(order, b);
    const source = { kind: 'DISK', id: copy } as const;
    expect((await b.contents.readFile({ source, path: FILE })).toString()).toBe('for b');
    await success(a.disks.detach({ serverId: first, diskId }));
  },
);

test.each(everyHardware)(
  'a disk is made of the backup of a disk, and of a part of a server’s (%s)',
  { timeout: LIMIT },
  async () => {
    const { a } = emulator;
    const diskId = await disk({ size: 10, fileSystem: 'EXT4', serverId: first });
    await write(first, diskId, 'backed up');
    const { vaultId } = await a.vaults.create({ name: 'servers', size: 100, resources: [{ id: first }] });
    const whole = await a.checkpoints.create({ vaultId });
    await success(Promise.resolve(whole));
    await write(first, diskId, 'changed since');
    const [backup] = await emulator.cloud.database.read.backup.findMany({ where: { resourceId: diskId } });
    const copy = await disk({ backupId: backup?.id, serverId: second });
    expect(await read(second, copy)).toBe('backed up');
    expect(await read(first, diskId)).toBe('changed since');
  },
);
