/** A job that has copied its disks leaves them alone, whatever becomes of it: another may have them by then. */
import { afterEach, describe, expect, test } from 'vitest';
import { type EmulatorCloud, openEmulator, refusal } from './emulator-cloud.ts';
import { waitSuccessfully } from './wait-successfully.ts';

const DEBIAN = 'Debian GNU/Linux 12.0.0 64bit';

let emulator: EmulatorCloud;
afterEach(() => emulator.close());

/** Jobs that have copied a disk, by type, with whatever they are to make still unread. */
const orders = {
  imsCopyVolumeToImageJob: async (diskId: string) =>
    (await emulator.a.images.createDataImages({ dataImages: [{ name: 'first', diskId }] })).jobId,
  imsVolumeCreateImageJob: async (diskId: string) =>
    (await emulator.a.images.createFromDisk({ name: 'first', diskId, osVersion: DEBIAN })).jobId,
  createSnapshot: async (diskId: string) => (await emulator.a.disks.createSnapshot({ diskId, name: 'first' })).jobId,
} as const;

const hold = (jobType: string, step: string, percent: number): Promise<{ id: string }> =>
  emulator.cloud.faults.add({ match: { jobType, step }, moment: 'before', effect: { kind: 'hold', percent } });

/** Another job that has marked the disk and not copied it yet. */
async function anotherJob(diskId: string): Promise<{ jobId: string; heldBy: string }> {
  const held = await hold('imsVolumeCreateImageJob', 'snapshot', 5);
  const { jobId } = await emulator.a.images.createFromDisk({ name: 'second', diskId, osVersion: DEBIAN });
  return { jobId, heldBy: held.id };
}

/** A disk of a server that runs, and a job that reads what it has copied of it. */
async function reading(jobType: keyof typeof orders) {
  emulator = await openEmulator();
  const { a, cloud, launch } = emulator;
  const serverId = await launch({ dataDisks: [{ type: 'SSD', size: 10, fileSystem: 'EXT4' }] });
  const [, data] = await a.servers.listDisks({ serverIds: [serverId] });
  const diskId = data?.diskId ?? '';
  const release = `PRETTY_NAME="${DEBIAN}"\nID=debian\nVERSION_ID="12"\n`;
  await cloud.hardware.writeFile({ disk: `disk-${diskId}`, server: serverId }, '/etc/os-release', Buffer.from(release));
  const held = await hold(jobType, 'verify', 85);
  const jobId = await orders[jobType](diskId);
  await expect.poll(sources).toEqual([]);
  return { serverId, diskId, jobId, heldBy: held.id };
}

/** What jobs hold of servers and disks. */
async function sources(): Promise<string[]> {
  const locks = await emulator.cloud.database.read.resourceLock.findMany({ orderBy: { resource: 'asc' } });
  return locks.map(({ resource }) => resource).filter(resource => /^(server|disk):/.test(resource));
}

const stillTheOthers = async ({ serverId, diskId }: { serverId: string; diskId: string }): Promise<void> => {
  expect(await sources()).toEqual([`disk:${diskId}`, `server:${serverId}`]);
  expect(await emulator.a.disks.get({ diskId })).toMatchObject({ status: 'UPLOADING' });
  expect(await refusal(emulator.a.servers.stop({ serverIds: [serverId], type: 'HARD' }))).toBe('Ecs.0100');
};

describe.each(Object.keys(orders) as (keyof typeof orders)[])('%s', jobType => {
  test('does not free what another job holds when it is cancelled', async () => {
    const first = await reading(jobType);
    const other = await anotherJob(first.diskId);
    await emulator.a.jobs.cancel({ jobId: first.jobId });
    expect(await emulator.over(first.jobId)).toMatchObject({ status: 'CANCELLED' });
    await stillTheOthers(first);
    for (const held of [first.heldBy, other.heldBy]) await emulator.cloud.faults.remove(held);
    await waitSuccessfully(emulator, other.jobId);
    expect(await sources()).toEqual([]);
    expect(await emulator.a.disks.get({ diskId: first.diskId })).toMatchObject({ status: 'IN_USE' });
  });

  test('goes on after a restart with its copy, and not with the disk that another job holds by then', async () => {
    const first = await reading(jobType);
    const other = await anotherJob(first.diskId);
    emulator = await emulator.reopen();
    await stillTheOthers(first);
    await emulator.cloud.faults.remove(first.heldBy);
    await waitSuccessfully(emulator, first.jobId);
    await stillTheOthers(first);
    await emulator.cloud.faults.remove(other.heldBy);
    await waitSuccessfully(emulator, other.jobId);
    expect(await emulator.a.disks.get({ diskId: first.diskId })).toMatchObject({ status: 'IN_USE' });
  });

  test('frees its disk and server when it is cancelled before they are copied', async () => {
    const first = await reading(jobType);
    await emulator.cloud.faults.remove(first.heldBy);
    await waitSuccessfully(emulator, first.jobId);
    await hold(jobType, 'snapshot', 5);
    const jobId = await orders[jobType](first.diskId);
    expect(await sources()).toEqual([`disk:${first.diskId}`, `server:${first.serverId}`]);
    await emulator.a.jobs.cancel({ jobId });
    expect(await emulator.over(jobId)).toMatchObject({ status: 'CANCELLED' });
    expect(await sources()).toEqual([]);
    expect(await emulator.a.disks.get({ diskId: first.diskId })).toMatchObject({ status: 'IN_USE' });
  });
});
