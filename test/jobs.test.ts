import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { imageDisk } from '../emulator/images/image-disk.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { openTestCloud, type TestCloud } from '../src/testing/test-cloud.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { untilAtRest } from './crash/reopen.ts';
import { codeOf } from './refused.ts';

const order = { name: 'web', imageId: publicImageId('Standard_Debian_12_latest'), flavorId: 's3.small.1' };
const NOT_CANCELLABLE = 'Cloudyard.0009';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await openTestCloud();
});
afterEach(() => cloud.close());

async function launch(): Promise<string> {
  const { jobId, serverIds } = await cloud.a.servers.launch(order);
  await cloud.waitForJob(jobId);
  return serverIds[0] ?? '';
}

async function image(): Promise<string> {
  const { jobId, imageId } = await cloud.a.images.create({ name: 'golden', serverId: await launch() });
  await cloud.waitForJob(jobId);
  return imageId;
}

/** Resolves when the job stands at a step. */
async function reached(jobId: string, step: string): Promise<void> {
  await cloud.cloud.tail
    .subscribe({
      audiences: 'everything',
      after: 0,
      matches: ({ resourceId, payload }) => resourceId === jobId && payload.step === step && payload.status === 'RUNNING',
    })
    .next();
}

async function reachedPercent(jobId: string, percent: number): Promise<void> {
  await cloud.cloud.tail
    .subscribe({
      audiences: 'everything',
      after: 0,
      matches: ({ resourceId, payload }) => resourceId === jobId && payload.progress === percent,
    })
    .next();
}

async function expectClean(): Promise<void> {
  await untilAtRest(cloud.cloud);
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
}

describe('a job that has nothing to take back', () => {
  test('is not cancelled: that of a deleted image frees its bytes', async () => {
    const imageId = await image();
    const { id } = await cloud.faults.hold({ jobType: 'imsDeleteImageJob' }, 50);
    const { jobId } = await cloud.a.images.delete({ imageId });
    await reached(jobId, 'release');
    expect(await codeOf(cloud.a.jobs.cancel({ jobId }))).toBe(NOT_CANCELLABLE);
    await cloud.faults.remove(id);
    await cloud.waitForJob(jobId);
    await expectClean();
  });

  test('frees the bytes of a deleted image also when it fails', async () => {
    const imageId = await image();
    await cloud.faults.fail({ jobType: 'imsDeleteImageJob' }, 'Cloudyard.0007');
    const { jobId } = await cloud.a.images.delete({ imageId });
    expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'FAIL' });
    await expect(cloud.cloud.hardware.disks.usage(imageDisk(imageId))).rejects.toThrow();
    await expectClean();
  });

  test('is not cancelled: that of a server whose record is gone', async () => {
    const serverId = await launch();
    const { id } = await cloud.faults.hold({ jobType: 'deleteSingleServer', step: 'disks' }, 90);
    const { jobId } = await cloud.a.servers.delete({ serverIds: [serverId] });
    const [subJob] = await cloud.a.jobs.listSubJobs({ jobIds: [jobId] });
    await reached(subJob?.id ?? '', 'disks');
    expect(await codeOf(cloud.a.jobs.cancel({ jobId: subJob?.id ?? '' }))).toBe(NOT_CANCELLABLE);
    expect(await codeOf(cloud.a.jobs.cancel({ jobId })), 'nor the batch').toBe(NOT_CANCELLABLE);
    await cloud.faults.remove(id);
    await cloud.waitForJob(jobId);
    await expectClean();
  });

  test('is taken back wholly when it was cancelled before that', async () => {
    const serverId = await launch();
    const { id } = await cloud.faults.hold({ jobType: 'deleteSingleServer', step: 'machine' }, 10);
    const { jobId } = await cloud.a.servers.delete({ serverIds: [serverId] });
    const [subJob] = await cloud.a.jobs.listSubJobs({ jobIds: [jobId] });
    await reached(subJob?.id ?? '', 'machine');
    await cloud.a.jobs.cancel({ jobId });
    expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'CANCELLED' });
    await cloud.faults.remove(id);
    expect(await cloud.a.servers.get({ serverId })).toMatchObject({ status: 'ACTIVE' });
    await expectClean();
  });
});

describe('a job that cannot be carried on', () => {
  test('because its record could not be written is taken up again while the process lives', async () => {
    const { id } = await cloud.faults.hold({ jobType: 'createSingleServer' }, 60);
    const { jobId } = await cloud.a.servers.launch(order);
    const [subJob] = await cloud.a.jobs.listSubJobs({ jobIds: [jobId] });
    await reachedPercent(subJob?.id ?? '', 60);
    const broken = new Error('disk I/O error');
    const run = vi.spyOn(cloud.cloud.transactions, 'run').mockRejectedValueOnce(broken).mockRejectedValueOnce(broken);
    await cloud.faults.remove(id);
    await cloud.waitForJob(jobId);
    run.mockRestore();
    await expectClean();
  });

  test.each([
    ['is of a type that this version does not know', { type: 'ofTheFuture', input: {} }],
    ['has an input that this version cannot read', { type: 'imsDeleteImageJob', input: { image: 7 } }],
    ['has a state that this version cannot read', { type: 'imsCreateImageByInstance', outputs: { checksum: 7 } }],
  ])('because it %s fails, and what it held is free', async (_why, data) => {
    const { id } = await cloud.faults.hold({ jobType: 'imsDeleteImageJob' }, 0);
    const { jobId } = await cloud.a.images.delete({ imageId: await image() });
    await reached(jobId, 'release');
    await cloud.cloud.database.write(tx => tx.job.update({ where: { id: jobId }, data }));
    await cloud.restart();
    expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'Cloudyard.0010' });
    await cloud.faults.remove(id);
    await expectClean();
  });
});

describe('an orderly shutdown', () => {
  test('does not count as an attempt', async () => {
    const serverId = await launch();
    const { id } = await cloud.faults.hold({ jobType: 'imsCreateImageByInstance' }, 50);
    const { jobId } = await cloud.a.images.create({ name: 'golden', serverId });
    await reachedPercent(jobId, 50);
    await cloud.restart();
    await cloud.restart();
    await cloud.faults.remove(id);
    expect((await cloud.waitForJob(jobId)).attempt).toBe(1);
  });

  test('does not wait for a fault rule that delays taking a step back', async () => {
    cloud.clock.virtual();
    await cloud.faults.fail({ jobType: 'imsCreateImageByInstance', step: 'verify' }, 'IMG.0061');
    const { id } = await cloud.faults.delay({ step: 'revert snapshot' }, 3600);
    const launched = await cloud.a.servers.launch(order);
    await cloud.clock.advanceUntilOver(launched.jobId);
    const { jobId } = await cloud.a.images.create({ name: 'golden', serverId: launched.serverIds[0] ?? '' });
    await vi.waitFor(() => {
      const next = cloud.cloud.clock.untilNext() ?? 0;
      if (next < 3_600_000) cloud.cloud.clock.advance(next);
      expect(next).toBe(3_600_000);
    });
    await cloud.restart();
    await cloud.faults.remove(id);
    expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'FAIL', errorCode: 'IMG.0061' });
    await expectClean();
  });
});

describe('a key pair that is named like something else', () => {
  test('does not disturb who watches a job', async () => {
    const { jobId } = await cloud.a.servers.launch(order);
    await cloud.waitForJob(jobId);
    await cloud.b.keyPairs.create({ name: jobId });
    const updates = await cloud.a.jobs.watch({ jobId });
    expect((await updates.next()).value).toMatchObject({ job: { id: jobId, status: 'SUCCESS' }, progress: 100 });
    expect((await updates.next()).done).toBe(true);
  });

  test('is heard of only by who asks for a key pair', async () => {
    const { jobId } = await cloud.a.servers.launch(order);
    await cloud.waitForJob(jobId);
    const about = { resourceId: jobId, after: `${cloud.cloud.id}.0` };
    const [job, keyPair] = await Promise.all([
      cloud.a.events.watch(about),
      cloud.a.events.watch({ ...about, resourceType: 'keypair' }),
    ]);
    await cloud.a.keyPairs.create({ name: jobId });
    await cloud.a.keyPairs.delete({ name: jobId });
    expect((await keyPair.next()).value).toMatchObject({ kind: 'keypair.created' });
    const { jobId: other } = await cloud.a.servers.launch({ ...order, name: 'other' });
    const kinds: string[] = [];
    for await (const { kind } of job) {
      kinds.push(kind);
      if (kind === 'job.succeeded') break;
    }
    expect(kinds.every(kind => kind.startsWith('job.'))).toBe(true);
    await cloud.waitForJob(other);
  });
});

test('a job that has begun is over when virtual time is moved on once by more than it takes', async () => {
  cloud.clock.virtual();
  const { jobId } = await cloud.a.servers.launch(order);
  await vi.waitFor(() => expect(cloud.cloud.clock.untilNext()).toBeGreaterThan(0));
  cloud.clock.advance(3600);
  await cloud.waitForJob(jobId);
});

describe('many jobs', () => {
  test('of a batch begin at the time of the cloud’s clock', async () => {
    cloud.clock.virtual();
    cloud.clock.advance(30 * 24 * 3600);
    const { jobId } = await cloud.a.servers.launch(order);
    const { createdAt, beginAt, endAt } = await cloud.clock.advanceUntilOver(jobId);
    expect(beginAt?.getTime()).toBeGreaterThanOrEqual(createdAt.getTime());
    expect(beginAt?.getTime()).toBeLessThanOrEqual(endAt?.getTime() ?? 0);
  });

  test('can be held at once without a warning', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', hear);
    const { id } = await cloud.faults.hold({ jobType: 'imsAddImageMembersJob' }, 50);
    const imageId = await image();
    const jobs: string[] = [];
    for (let index = 0; index < 12; index++) {
      const made = await cloud.admin.identity.createDomain({ name: `d${index}`, user: { name: 'u' } });
      const tenant = made.tenantIds[cloud.a.caller.regionId] ?? '';
      jobs.push((await cloud.a.images.share({ imageIds: [imageId], tenantIds: [tenant] })).jobId);
    }
    await Promise.all(jobs.map(jobId => reachedPercent(jobId, 50)));
    await cloud.faults.remove(id);
    await Promise.all(jobs.map(jobId => cloud.waitForJob(jobId)));
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });
});
