import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
