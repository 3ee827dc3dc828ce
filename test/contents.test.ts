import { afterAll, beforeAll, expect, test } from 'vitest';
import { snapshotDisk } from '../emulator/disks/server-disk.ts';
import type { EmulatorCloud } from './emulator-cloud.ts';
import { openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';

const LIMIT = 300_000;
const [hardware = 'embedded'] = everyHardware;
let emulator: EmulatorCloud;
let server: string;
let first: string;
let second: string;

const write = (path: string, text: string, mode?: number): Promise<unknown> =>
  emulator.a.servers.writeFile({ serverId: server, path, content: Buffer.from(text), ...(mode !== undefined && { mode }) });

async function image(name: string): Promise<string> {
  const { jobId, imageId } = await emulator.a.images.create({ name, serverId: server });
  expect((await emulator.over(jobId)).status).toBe('SUCCESS');
  return imageId;
}

beforeAll(async () => {
  emulator = await openEmulator({ hardware });
  server = await emulator.launch();
  await write('/srv/kept', 'the same in both');
  await write('/srv/changed', 'before');
  await write('/srv/opened', 'secret', 0o600);
  first = await image('first');
  await write('/srv/changed', 'after!');
  await write('/srv/opened', 'secret', 0o644);
  await write('/srv/new/file', 'only in the second');
  second = await image('second');
}, LIMIT);
afterAll(() => emulator?.close());

const at = (id: string) => ({ kind: 'IMAGE', id }) as const;

test.each(everyHardware)('the files of an image are listed and read, without a server (%s)', async () => {
  const { a } = emulator;
  const names = (await a.contents.listFiles({ source: at(second), path: '/srv' })).map(({ name, type }) => `${name} ${type}`);
  expect(names.sort()).toEqual(['changed FILE', 'kept FILE', 'new DIRECTORY', 'opened FILE']);
  const read = (id: string): Promise<Buffer> => a.contents.readFile({ source: at(id), path: '/srv/changed' });
  expect((await read(first)).toString()).toBe('before');
  expect((await read(second)).toString()).toBe('after!');
});

test.each(everyHardware)('two images are compared file by file, in pages (%s)', async () => {
  const compare = (more: { after?: string; limit?: number } = {}) =>
    emulator.a.contents.compare({ from: at(first), to: at(second), path: '/srv', ...more });
  const { differences, next } = await compare();
  expect(differences.map(({ path, change, aspects }) => [path, change, aspects])).toEqual([
    ['/srv/changed', 'CHANGED', ['content']],
    ['/srv/new', 'ADDED', []],
    ['/srv/new/file', 'ADDED', []],
    ['/srv/opened', 'CHANGED', ['mode']],
  ]);
  expect(next).toBeNull();
  const page = await compare({ limit: 2 });
  expect(page.differences).toHaveLength(2);
  const rest = await compare({ after: page.next ?? '', limit: 2 });
  expect(rest.differences.map(({ path }) => path)).toEqual(['/srv/new/file', '/srv/opened']);
  expect(rest.next).toBeNull();
});

test.each(everyHardware)(
  'the comparisons of one tenant keep neither other tenants nor its own reading waiting (%s)',
  async () => {
    const { a, b, cloud } = emulator;
    const { compareFiles } = cloud.hardware;
    let letGo = (): void => undefined;
    const gate = new Promise<void>(resolve => {
      letGo = resolve;
    });
    cloud.hardware.compareFiles = async (from, to, options) => {
      if (options.path === '/srv') await gate;
      return compareFiles.call(cloud.hardware, from, to, options);
    };
    try {
      const held = Array.from({ length: 6 }, () => a.contents.compare({ from: at(first), to: at(second), path: '/srv' }));
      expect((await b.contents.compare({ from: at(SOURCE), to: at(SOURCE), path: '/etc' })).differences).toEqual([]);
      expect((await a.contents.readFile({ source: at(first), path: '/srv/changed' })).toString()).toBe('before');
      letGo();
      for (const { differences } of await Promise.all(held)) expect(differences).toHaveLength(4);
    } finally {
      letGo();
      cloud.hardware.compareFiles = compareFiles;
    }
  },
);

test.each(everyHardware)('a disk in use is read as it is now (%s)', async () => {
  const { a } = emulator;
  const [attached] = await a.servers.listDisks({ serverIds: [server] });
  const source = { kind: 'DISK', id: attached?.diskId ?? '' } as const;
  expect((await a.contents.readFile({ source, path: '/srv/changed' })).toString()).toBe('after!');
  const { differences } = await a.contents.compare({ from: at(second), to: source, path: '/srv' });
  expect(differences).toEqual([]);
});

test.each(everyHardware)('what a stranger may not see, what is not there and what is no folder is refused (%s)', async () => {
  const { a, b } = emulator;
  const list = (who: typeof a, id: string, path = '/srv') => refusal(who.contents.listFiles({ source: at(id), path }));
  expect(await list(b, first)).toBe('Cloudyard.0013');
  expect(await list(a, '00000000-0000-4000-8000-000000000000')).toBe('Cloudyard.0013');
  expect(await list(a, first, '/nowhere')).toBe('APIGW.0201');
  expect(await list(a, first, '/srv/kept')).toBe('APIGW.0201');
  expect(await list(a, first, 'srv')).toBe('APIGW.0201');
  expect(await refusal(b.contents.compare({ from: at(SOURCE), to: at(first) }))).toBe('Cloudyard.0013');
});

test.each(everyHardware)('a disk without a file system is said to be that, and so is what is compared with it (%s)', async () => {
  const { a, over } = emulator;
  const { jobId, diskIds } = await a.disks.create({ name: 'empty', size: 10 });
  expect((await over(jobId)).status).toBe('SUCCESS');
  const source = { kind: 'DISK', id: diskIds[0] ?? '' } as const;
  expect(await refusal(a.contents.listFiles({ source, path: '/' }))).toBe('Cloudyard.0016');
  expect(await refusal(a.contents.readFile({ source, path: '/srv/kept' }))).toBe('Cloudyard.0016');
  expect(await refusal(a.contents.compare({ from: at(first), to: source, path: '/srv' }))).toBe('Cloudyard.0016');
  // Through a server it is the same, whether that runs or is off.
  const diskId = source.id;
  const inServer = { serverId: server, diskId };
  const everyWay = async () => [
    await refusal(a.servers.listFiles({ ...inServer, path: '/' })),
    await refusal(a.servers.readFile({ ...inServer, path: '/kept' })),
    await refusal(a.servers.writeFile({ ...inServer, path: '/kept', content: Buffer.from('lost') })),
  ];
  const unreadable = ['Cloudyard.0016', 'Cloudyard.0016', 'Cloudyard.0016'];
  expect((await over((await a.disks.attach(inServer)).jobId)).status).toBe('SUCCESS');
  expect(await everyWay()).toEqual(unreadable);
  expect((await over((await a.servers.stop({ serverIds: [server] })).jobId)).status).toBe('SUCCESS');
  expect(await everyWay()).toEqual(unreadable);
  expect((await over((await a.servers.start({ serverIds: [server] })).jobId)).status).toBe('SUCCESS');
  expect((await over((await a.disks.detach(inServer)).jobId)).status).toBe('SUCCESS');
  expect((await over((await a.disks.delete({ diskIds })).jobId)).status).toBe('SUCCESS');
});

test.each(everyHardware)('an image of one disk has no other device (%s)', async () => {
  const { a } = emulator;
  const list = (device: string) => a.contents.listFiles({ source: { ...at(first), device }, path: '/srv' });
  expect(await list('/dev/vda')).toHaveLength(3);
  expect(await refusal(list('/dev/vdb'))).toBe('Cloudyard.0013');
});

test.each(everyHardware)('usage tells what an image shares, and a tenant’s sum counts it once (%s)', async () => {
  const { a } = emulator;
  const one = await a.usage.ofImage({ imageId: first });
  expect(one.logical).toBeGreaterThan(0);
  expect(one.stored).toBeGreaterThan(0);
  expect(one.shared).toBeGreaterThan(0);
  expect(one.shared).toBeLessThanOrEqual(one.stored);
  const { total, images, disks } = await a.usage.ofTenant({});
  expect(total.logical).toBe(images.logical + disks.logical);
  expect(total.stored).toBeLessThan(images.stored + disks.stored);
});

test.each(everyHardware)('an image knows what came from it (%s)', async () => {
  const { a, b } = emulator;
  const derived = await a.images.listDerived({ imageId: SOURCE });
  expect(derived.rows.map(({ id }) => id).sort()).toEqual([first, second].sort());
  expect((await a.images.listServers({ imageId: SOURCE })).rows.map(({ id }) => id)).toEqual([server]);
  expect((await a.images.listDisks({ imageId: SOURCE })).rows).toHaveLength(1);
  expect((await b.images.listDerived({ imageId: SOURCE })).rows).toEqual([]);
  expect((await b.images.listServers({ imageId: SOURCE })).rows).toEqual([]);
});

test.each(everyHardware)('a snapshot and a backup of a disk are looked into, too (%s)', async () => {
  const { a, b } = emulator;
  const [attached] = await a.servers.listDisks({ serverIds: [server] });
  const diskId = attached?.diskId ?? '';
  const taken = await a.disks.createSnapshot({ diskId, name: 'look' });
  expect((await emulator.over(taken.jobId)).status).toBe('SUCCESS');
  const { vaultId } = await a.vaults.create({ name: 'look', size: 100, resources: [{ id: server }] });
  const backup = await a.checkpoints.create({ vaultId });
  expect((await emulator.over(backup.jobId)).status).toBe('SUCCESS');
  const backupId = backup.backupIds[0] ?? '';
  for (const source of [
    { kind: 'SNAPSHOT', id: taken.snapshotId } as const,
    { kind: 'BACKUP', id: backupId } as const,
    { kind: 'BACKUP', id: backupId, device: '/dev/vda' } as const,
  ]) {
    expect((await a.contents.readFile({ source, path: '/srv/changed' })).toString()).toBe('after!');
    expect(await refusal(b.contents.listFiles({ source, path: '/' }))).toBe('Cloudyard.0013');
  }
  const missing = { kind: 'BACKUP', id: backupId, device: '/dev/vdz' } as const;
  expect(await refusal(a.contents.listFiles({ source: missing, path: '/' }))).toBe('Cloudyard.0013');
  expect((await a.usage.ofVault({ vaultId })).stored).toBeGreaterThan(0);
  expect(await refusal(b.usage.ofVault({ vaultId }))).toBe('BackupService.6105');
});

test.each(everyHardware)('what has lost its bytes is damaged, for whoever looks into it or compares it (%s)', async () => {
  const { a, cloud, over } = emulator;
  const [attached] = await a.servers.listDisks({ serverIds: [server] });
  const taken = await a.disks.createSnapshot({ diskId: attached?.diskId ?? '', name: 'lost' });
  expect((await over(taken.jobId)).status).toBe('SUCCESS');
  await cloud.hardware.disks.remove(snapshotDisk(taken.snapshotId));
  const source = { kind: 'SNAPSHOT', id: taken.snapshotId } as const;
  expect(await refusal(a.contents.listFiles({ source, path: '/' }))).toBe('Cloudyard.0015');
  expect(await refusal(a.contents.readFile({ source, path: '/srv/kept' }))).toBe('Cloudyard.0015');
  expect(await refusal(a.contents.compare({ from: at(first), to: source, path: '/srv' }))).toBe('Cloudyard.0015');
  expect(await refusal(a.contents.listFiles({ source: at(first), path: '/nowhere' }))).toBe('APIGW.0201');
});
