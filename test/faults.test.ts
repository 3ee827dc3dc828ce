import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createImageJob } from '../emulator/images/jobs/create-image.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import { openTestCloud, type TestCloud } from '../src/testing/test-cloud.ts';
import { brokenInvariants } from './crash/invariants.ts';
import { untilAtRest } from './crash/reopen.ts';
import { codeOf, refused } from './refused.ts';

const order = { name: 'web', imageId: publicImageId('Standard_Debian_12_latest'), flavorId: 's3.small.1' };
const CODE = 'Cloudyard.0007';

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

/** Everything is at rest and whole. */
async function expectClean(): Promise<void> {
  await untilAtRest(cloud.cloud);
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
}

/** Resolves when the job stands at a percentage. */
async function reached(jobId: string, percent: number): Promise<void> {
  const events = cloud.cloud.tail.subscribe({
    audiences: 'everything',
    after: 0,
    matches: ({ resourceId, payload }) => resourceId === jobId && payload.progress === percent,
  });
  await events.next();
}

describe('a rule for operations', () => {
  test('strikes as often as it says, only whom it names, and no job', async () => {
    await cloud.faults.fail({ operation: 'images.list', tenantId: cloud.a.id }, 'IMG.0061', { count: 2 });
    expect(await codeOf(cloud.b.images.list({}))).toBeUndefined();
    expect(await codeOf(cloud.a.images.list({}))).toBe('IMG.0061');
    expect(await codeOf(cloud.a.images.list({}))).toBe('IMG.0061');
    expect(await codeOf(cloud.a.images.list({}))).toBeUndefined();
    expect(cloud.cloud.faults.rules).toEqual([]);
  });

  test('can be for one resource', async () => {
    await cloud.faults.fail({ operation: 'images.get', resourceId: order.imageId }, 'IMG.0061');
    expect(await codeOf(cloud.a.images.get({ imageId: publicImageId('Standard_Debian_11_latest') }))).toBeUndefined();
    expect(await codeOf(cloud.a.images.get({ imageId: order.imageId }))).toBe('IMG.0061');
  });

  test('that fails one leaves nothing of it behind', async () => {
    await cloud.faults.fail({ operation: 'servers.launch' }, 'Ecs.0319');
    expect(await codeOf(cloud.a.servers.launch(order))).toBe('Ecs.0319');
    expect(await cloud.a.servers.count({})).toBe(0);
    await launch();
    await expectClean();
  });

  test('delays by the cloud’s clock', async () => {
    cloud.clock.virtual();
    await cloud.faults.delay({ operation: 'images.list' }, 60);
    const answered = vi.fn();
    const call = cloud.a.images.list({}).then(answered);
    await vi.waitFor(() => expect(cloud.cloud.clock.untilNext()).toBe(60_000));
    cloud.clock.advance(59);
    expect(cloud.cloud.clock.untilNext()).toBe(1_000);
    expect(answered).not.toHaveBeenCalled();
    cloud.clock.advance(1);
    await call;
    expect(answered).toHaveBeenCalledOnce();
  });

  test('is refused where it names what there is not, and says where the names are', async () => {
    const effect = { kind: 'delay', seconds: 1 } as const;
    for (const [what, match] of Object.entries({
      operation: { operation: 'images.lits' },
      'job type': { jobType: 'createImage' },
    })) {
      const refusal = await refused(cloud.admin.faults.add({ match, effect }));
      const [[key, name] = []] = Object.entries(match);
      expect(refusal).toMatchObject({ code: 'APIGW.0201', field: `match.${key}` });
      expect(refusal?.message).toContain(`there is no ${what} ${name}; docs/operations.md`);
    }
    expect(cloud.cloud.faults.rules).toEqual([]);
  });

  test('outlives a restart', async () => {
    const { id } = await cloud.faults.fail({ operation: 'images.list' }, 'IMG.0061');
    await cloud.restart();
    expect(await cloud.admin.faults.list({})).toMatchObject([{ id, remaining: 1 }]);
    expect(await codeOf(cloud.a.images.list({}))).toBe('IMG.0061');
    await cloud.restart();
    expect(await codeOf(cloud.a.images.list({}))).toBeUndefined();
  });

  test('never strikes what removes rules, sets the clock or signs in', async () => {
    const named = ['faults.list', 'faults.remove', 'clock.set', 'identity.issueToken', 'quotas.list', 'cloud.describe'];
    for (const operation of named) await cloud.faults.fail({ operation }, CODE, { count: 100 });
    expect(await codeOf(cloud.admin.clock.set({ mode: 'instant' }))).toBeUndefined();
    expect(await codeOf(cloud.admin.identity.issueToken({ tenantId: cloud.a.id }))).toBeUndefined();
    expect(await codeOf(cloud.a.quotas.list({}))).toBeUndefined();
    for (const { id } of await cloud.admin.faults.list({})) await cloud.admin.faults.remove({ id });
    expect(cloud.cloud.faults.rules).toEqual([]);
  });

  test('names one: a rule that names none is for jobs', async () => {
    for (const match of [{}, { tenantId: cloud.a.id }]) {
      await cloud.faults.fail(match, CODE);
      expect(await codeOf(cloud.a.images.list({}))).toBeUndefined();
      expect(await cloud.waitUntilOver((await cloud.a.servers.launch(order)).jobId)).toMatchObject({ errorCode: CODE });
    }
    await expectClean();
  });

  test('that kills is refused where the cloud was not opened for it', async () => {
    const rule = { match: {}, effect: { kind: 'crash' as const } };
    expect(await codeOf(cloud.admin.faults.add(rule))).toBe('APIGW.0201');
    expect(await codeOf(cloud.a.faults.add(rule))).toBe('APIGW.0302');
  });
});

describe('a step that fails', () => {
  const steps = createImageJob.steps.flatMap(({ name }) => [[name, 'before'] as const, [name, 'after'] as const]);

  test('of an image leaves nothing behind, before and after its effect, and it can be repeated', async () => {
    const serverId = await launch();
    for (const [step, moment] of steps) {
      await cloud.faults.fail({ jobType: createImageJob.name, step }, CODE, { moment });
      const { jobId, imageId } = await cloud.a.images.create({ name: 'golden', serverId });
      expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'FAIL', errorCode: CODE });
      expect(await codeOf(cloud.a.images.get({ imageId }))).toBe('IMG.0027');
      await expectClean();
    }
    const { jobId } = await cloud.a.images.create({ name: 'golden', serverId });
    await cloud.waitForJob(jobId);
    await expectClean();
  });

  test('of a share changes nothing, and it can be repeated', async () => {
    const serverId = await launch();
    const { jobId, imageId } = await cloud.a.images.create({ name: 'golden', serverId });
    await cloud.waitForJob(jobId);
    const share = { imageIds: [imageId], tenantIds: [cloud.b.id] };
    const answer = { imageIds: [imageId], status: 'ACCEPTED' as const };
    for (const [type, ask] of [
      ['imsAddImageMembersJob', () => cloud.a.images.share(share)],
      ['imsUpdateImageMembersJob', () => cloud.b.images.answerShares(answer)],
      ['imsDelImageMembersJob', () => cloud.a.images.unshare(share)],
    ] as const) {
      for (const moment of ['before', 'after'] as const) {
        await cloud.faults.fail({ jobType: type }, CODE, { moment });
        expect(await cloud.waitUntilOver((await ask()).jobId)).toMatchObject({ status: 'FAIL', errorCode: CODE });
        await expectClean();
      }
      await cloud.waitForJob((await ask()).jobId);
      await expectClean();
    }
  });

  test('fails as many jobs as the rule says, however many run at once', async () => {
    await launch();
    await cloud.faults.fail({ jobType: 'createSingleServer', step: 'machine' }, 'Ecs.0204', { count: 3 });
    const { jobId } = await cloud.a.servers.launch({ ...order, name: 'many', count: 10 });
    expect((await cloud.waitUntilOver(jobId)).failReason).toMatch(/^3 of 10 failed/);
    expect(await cloud.a.servers.count({})).toBe(8);
    await expectClean();
  });

  test('is taken back without being struck by a rule that does not name the taking back', async () => {
    const { id } = await cloud.faults.fail({ jobType: 'createSingleServer' }, 'Ecs.0204', { count: 5 });
    expect((await cloud.waitUntilOver((await cloud.a.servers.launch(order)).jobId)).errorCode).toBe('Ecs.0204');
    expect(cloud.cloud.faults.rules).toMatchObject([{ id, remaining: 4 }]);
    await cloud.faults.remove(id);
    await expectClean();
  });

  test('in being reverted is tried again; if it fails for good the job ends all the same, and the next start cleans up', async () => {
    await launch();
    const boot = { jobType: 'createSingleServer', step: 'boot' };
    await cloud.faults.fail(boot, 'Ecs.0226');
    await cloud.faults.fail({ step: 'revert disks' }, CODE);
    expect((await cloud.waitUntilOver((await cloud.a.servers.launch(order)).jobId)).errorCode).toBe('Ecs.0226');
    await expectClean();

    await cloud.faults.fail(boot, 'Ecs.0226');
    const { id } = await cloud.faults.fail({ step: 'revert disks' }, CODE, { count: 100 });
    expect((await cloud.waitUntilOver((await cloud.a.servers.launch(order)).jobId)).errorCode).toBe('Ecs.0226');
    await cloud.faults.remove(id);
    expect(await brokenInvariants(cloud.cloud)).toHaveLength(2);
    await cloud.restart();
    await expectClean();
  });
});

describe('a job that is held', () => {
  test('stays at the percentage until the rule is removed', async () => {
    const serverId = await launch();
    const { id } = await cloud.faults.hold({ jobType: createImageJob.name }, 50);
    const { jobId, imageId } = await cloud.a.images.create({ name: 'golden', serverId });
    await reached(jobId, 50);
    expect(await cloud.a.jobs.get({ jobId })).toMatchObject({ status: 'RUNNING', progress: 50, step: 1 });
    expect(await cloud.a.images.get({ imageId })).toMatchObject({ status: 'SAVING' });
    expect(await codeOf(cloud.a.images.delete({ imageId }))).toBe('IMG.0090');
    await cloud.faults.remove(id);
    await cloud.waitForJob(jobId);
    await expectClean();
  });

  test('can be cancelled, and leaves nothing behind', async () => {
    const serverId = await launch();
    const { id } = await cloud.faults.hold({ jobType: createImageJob.name }, 50);
    const { jobId, imageId } = await cloud.a.images.create({ name: 'golden', serverId });
    await reached(jobId, 50);
    await cloud.a.jobs.cancel({ jobId });
    expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'CANCELLED', errorCode: 'Cloudyard.0008' });
    expect(await codeOf(cloud.a.images.get({ imageId }))).toBe('IMG.0027');
    expect(await codeOf(cloud.a.jobs.cancel({ jobId }))).toBe('Cloudyard.0009');
    await cloud.faults.remove(id);
    await expectClean();
  });

  test('is struck by a rule that came meanwhile, when it goes on', async () => {
    const serverId = await launch();
    const { id } = await cloud.faults.hold({ jobType: createImageJob.name }, 50);
    const { jobId } = await cloud.a.images.create({ name: 'golden', serverId });
    await reached(jobId, 50);
    await cloud.cloud.faults.add({
      match: { jobType: createImageJob.name },
      moment: 'after',
      effect: { kind: 'fail', code: CODE },
      count: 1,
    });
    await cloud.faults.remove(id);
    expect(await cloud.waitUntilOver(jobId)).toMatchObject({ status: 'FAIL', errorCode: CODE });
    await expectClean();
  });

  test('is a batch: cancelling it cancels what is still under way', async () => {
    await launch();
    const { id } = await cloud.faults.hold({ jobType: 'createSingleServer' }, 60);
    const { jobId } = await cloud.a.servers.launch({ ...order, name: 'batch', count: 6 });
    const subJobs = await cloud.a.jobs.listSubJobs({ jobIds: [jobId] });
    await Promise.race(subJobs.map(subJob => reached(subJob.id, 60)));
    await cloud.a.jobs.cancel({ jobId });
    expect((await cloud.waitUntilOver(jobId)).status).toBe('CANCELLED');
    await cloud.faults.remove(id);
    expect(await cloud.a.servers.count({})).toBe(1);
    await expectClean();
  });

  test('goes on after a restart when the rule is gone', async () => {
    const serverId = await launch();
    const { id } = await cloud.faults.hold({ jobType: createImageJob.name }, 50);
    const { jobId } = await cloud.a.images.create({ name: 'golden', serverId });
    await reached(jobId, 50);
    await cloud.restart();
    expect(await cloud.a.jobs.get({ jobId })).toMatchObject({ status: 'RUNNING', progress: 50 });
    await cloud.faults.remove(id);
    await cloud.waitForJob(jobId);
    await expectClean();
  });
});
