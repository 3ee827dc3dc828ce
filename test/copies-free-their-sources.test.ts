/** Images and snapshots hold what they are made of until it is copied, however long the copy is read afterwards. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { imageDisk } from '../emulator/images/image-disk.ts';
import { type EmulatorCloud, openEmulator, refusal, SOURCE } from './emulator-cloud.ts';
import { everyHardware } from './hardware.ts';
import { holdReads } from './held-reads.ts';
import { waitSuccessfully } from './wait-successfully.ts';

const DISK = { type: 'SSD', size: 10, fileSystem: 'EXT4' } as const;
const RELEASE = 'PRETTY_NAME="Ubuntu 22.04.4 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\n';
const MINUTES = 300_000;

let emulator: EmulatorCloud;
let reads: { letGo(): void } | undefined;
afterEach(() => reads?.letGo());

const done = async (ordered: Promise<{ jobId: string }>): Promise<void> => waitSuccessfully(emulator, (await ordered).jobId);

const stop = (serverId: string): Promise<{ jobId: string }> => emulator.a.servers.stop({ serverIds: [serverId], type: 'HARD' });

/** A server that runs, with a system disk and data disks. */
async function launch(count: number): Promise<{ serverId: string; diskIds: string[] }> {
  const serverId = await emulator.launch({ imageId: SOURCE, dataDisks: [{ ...DISK, count }] });
  const attachments = await emulator.a.servers.listDisks({ serverIds: [serverId] });
  return { serverId, diskIds: attachments.map(({ diskId }) => diskId) };
}

const write = (serverId: string, diskId: string, words: string, path = '/words'): Promise<void> =>
  emulator.cloud.hardware.writeFile({ disk: `disk-${diskId}`, server: serverId }, path, Buffer.from(words));

const words = async (disk: string): Promise<string> => String(await emulator.cloud.hardware.readFile({ disk }, '/words'));

const imageStatus = async (imageId: string): Promise<string> => (await emulator.a.images.get({ imageId })).status;
const diskStatus = async (diskId: string): Promise<string> => (await emulator.a.disks.get({ diskId })).status;

const copied = (imageId: string): Promise<void> => expect.poll(() => imageStatus(imageId), { timeout: 60_000 }).toBe('SAVING');

/** What jobs hold of servers and disks. */
async function heldSources(): Promise<string[]> {
  const locks = await emulator.cloud.database.read.resourceLock.findMany();
  return locks.map(({ resource }) => resource).filter(resource => /^(server|disk):/.test(resource));
}

const sourcesFree = (): Promise<void> => expect.poll(heldSources, { timeout: 60_000 }).toEqual([]);

describe.each(everyHardware)('on %s', hardware => {
  beforeAll(async () => {
    emulator = await openEmulator({ hardware });
  }, MINUTES);
  afterAll(() => emulator?.close());

  test(
    'a server is stopped, started, written to and deleted while its image is read, which is of the moment of the order',
    async () => {
      const { a, cloud } = emulator;
      const { serverId, diskIds } = await launch(1);
      const [system = ''] = diskIds;
      await write(serverId, system, 'before');
      reads = holdReads(emulator);
      const { jobId, imageId } = await a.images.create({ name: 'system', serverId });
      await copied(imageId);
      expect(await a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE', taskState: null });
      await done(stop(serverId));
      await done(a.servers.start({ serverIds: [serverId] }));
      await write(serverId, system, 'after');
      await done(a.servers.delete({ serverIds: [serverId], deleteDisks: true }));
      expect(await cloud.hardware.disks.stat(`disk-${system}`)).toBeUndefined();
      expect(await imageStatus(imageId)).toBe('SAVING');
      reads.letGo();
      await waitSuccessfully(emulator, jobId);
      expect(await a.images.get({ imageId })).toMatchObject({
        status: 'ACTIVE',
        checksum: await cloud.hardware.disks.checksum(imageDisk(imageId)),
      });
      expect(await words(imageDisk(imageId))).toBe('before');
      await done(a.servers.delete({ serverIds: [await emulator.launch({ imageId })] }));
    },
    MINUTES,
  );

  test(
    'data disks are detached, imaged again and deleted with their server while their images are read',
    async () => {
      const { a } = emulator;
      const { serverId, diskIds } = await launch(2);
      const [, first = '', second = ''] = diskIds;
      for (const diskId of [first, second]) await write(serverId, diskId, 'early');
      reads = holdReads(emulator);
      const dataImages = [first, second].map(diskId => ({ name: 'data', diskId }));
      const early = await a.images.createDataImages({ dataImages });
      for (const imageId of early.imageIds) await copied(imageId);
      expect([await diskStatus(first), await diskStatus(second)]).toEqual(['IN_USE', 'IN_USE']);
      for (const diskId of [first, second]) await write(serverId, diskId, 'late');
      const late = await a.images.createDataImages({ dataImages });
      for (const imageId of late.imageIds) await copied(imageId);
      await done(a.disks.detach({ serverId, diskId: first, force: true }));
      await done(a.disks.delete({ diskIds: [first] }));
      await done(a.servers.delete({ serverIds: [serverId], deleteDisks: true }));
      expect(await refusal(a.disks.get({ diskId: second }))).toBe('EVS.5404');
      reads.letGo();
      for (const { jobId } of [early, late]) await waitSuccessfully(emulator, jobId);
      const held = await Promise.all([...early.imageIds, ...late.imageIds].map(id => words(imageDisk(id))));
      expect(held).toEqual(['early', 'early', 'late', 'late']);
      for (const imageId of late.imageIds) expect(await imageStatus(imageId)).toBe('ACTIVE');
    },
    MINUTES,
  );

  test(
    'a disk of which a system image is made is free again when it is copied, before anybody has looked at what is on it',
    async () => {
      const { a } = emulator;
      const { serverId, diskIds } = await launch(1);
      const [, diskId = ''] = diskIds;
      await write(serverId, diskId, RELEASE, '/etc/os-release');
      reads = holdReads(emulator);
      const order = { name: 'from a disk', diskId, osVersion: 'Debian GNU/Linux 12.0.0 64bit' };
      const { jobId, imageId } = await a.images.createFromDisk(order);
      await copied(imageId);
      expect(await diskStatus(diskId)).toBe('IN_USE');
      await done(stop(serverId));
      await done(a.disks.detach({ serverId, diskId }));
      await done(a.disks.delete({ diskIds: [diskId] }));
      reads.letGo();
      await waitSuccessfully(emulator, jobId);
      expect(await a.images.get({ imageId })).toMatchObject({ status: 'ACTIVE', platform: 'Ubuntu' });
      await done(a.servers.delete({ serverIds: [serverId] }));
    },
    MINUTES,
  );

  test(
    'a disk is detached, extended and rolled back to another snapshot while its newest snapshot is read',
    async () => {
      const { a, cloud } = emulator;
      const { serverId, diskIds } = await launch(1);
      const [, diskId = ''] = diskIds;
      await write(serverId, diskId, 'first');
      const first = await a.disks.createSnapshot({ diskId, name: 'first' });
      await waitSuccessfully(emulator, first.jobId);
      await write(serverId, diskId, 'second');
      reads = holdReads(emulator);
      const { jobId, snapshotId } = await a.disks.createSnapshot({ diskId, name: 'second' });
      await sourcesFree();
      await done(stop(serverId));
      await done(a.disks.detach({ serverId, diskId }));
      await done(a.disks.extend({ diskId, size: 11 }));
      await done(a.disks.rollBack({ snapshotId: first.snapshotId }));
      // It is one of the disk's and not whole yet: neither goes.
      expect(await refusal(a.disks.delete({ diskIds: [diskId] }))).toBe('EVS.2043');
      reads.letGo();
      await waitSuccessfully(emulator, jobId);
      expect(await a.disks.getSnapshot({ snapshotId })).toMatchObject({
        status: 'AVAILABLE',
        size: 10,
        checksum: await cloud.hardware.disks.checksum(`snapshot-${snapshotId}`),
      });
      expect([await words(`disk-${diskId}`), await words(`snapshot-${snapshotId}`)]).toEqual(['first', 'second']);
      await done(a.servers.delete({ serverIds: [serverId] }));
    },
    MINUTES,
  );

  test(
    'a snapshot goes with its disk when the server is deleted while it is read, and its job says so',
    async () => {
      const { a, cloud, over } = emulator;
      const { serverId, diskIds } = await launch(1);
      reads = holdReads(emulator);
      const { jobId, snapshotId } = await a.disks.createSnapshot({ diskId: diskIds[0] ?? '', name: 'short-lived' });
      await sourcesFree();
      await done(a.servers.delete({ serverIds: [serverId], deleteDisks: true }));
      reads.letGo();
      expect(await over(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'EVS.2002' });
      expect(await refusal(a.disks.getSnapshot({ snapshotId }))).toBe('EVS.5404');
      expect(await cloud.hardware.disks.stat(`snapshot-${snapshotId}`)).toBeUndefined();
      const { read } = cloud.database;
      const snapshots = await read.diskSnapshot.count();
      expect(await read.quota.findFirst({ where: { tenantId: a.id, resource: 'snapshots' } })).toMatchObject({ used: snapshots });
      const told = await read.event.count({ where: { kind: 'snapshot.deleted', resourceId: snapshotId } });
      expect(told).toBe(1);
    },
    MINUTES,
  );

  test(
    'no disk waits until the copies of others have been read',
    async () => {
      const { a } = emulator;
      const { serverId, diskIds } = await launch(3);
      reads = holdReads(emulator);
      const jobIds: string[] = [];
      for (const diskId of diskIds) {
        jobIds.push((await a.disks.createSnapshot({ diskId, name: 'one of many' })).jobId);
        await sourcesFree();
      }
      jobIds.push((await a.images.create({ name: 'after many', serverId })).jobId);
      await sourcesFree();
      const unread = await Promise.all(jobIds.map(jobId => a.jobs.get({ jobId })));
      expect(unread.map(({ status }) => status)).toEqual(jobIds.map(() => 'RUNNING'));
      reads.letGo();
      for (const jobId of jobIds) await waitSuccessfully(emulator, jobId);
      await done(a.servers.delete({ serverIds: [serverId], deleteDisks: true }));
    },
    MINUTES,
  );
});
