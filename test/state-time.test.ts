/** Time and the stream of what happens: virtual and paced jobs, and streams that are cut and resumed. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeCursor } from '../emulator/events/cursor.ts';
import type { CloudEvent } from '../emulator/events/event.ts';
import { publicImageId } from '../emulator/images/public-image-id.ts';
import type { JobUpdate } from '../emulator/jobs/watch-job.ts';
import { createSingleServerJob } from '../emulator/servers/jobs/create-server.ts';
import { openTestCloud, type TestCloud } from '../src/testing/test-cloud.ts';
import { brokenInvariants } from './crash/invariants.ts';

const order = { name: 'web', imageId: publicImageId('Standard_Debian_12_latest'), flavorId: 's3.small.1' };
const steps = createSingleServerJob.steps.map(({ name }) => name);
const seconds = createSingleServerJob.steps.reduce((sum, step) => sum + step.seconds, 0);

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await openTestCloud();
});
afterEach(() => cloud.close());

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

/** A job's changes from its beginning to its end. */
async function updatesOf(jobId: string, after = 0): Promise<JobUpdate[]> {
  return collect(await cloud.a.jobs.watch({ jobId, after: encodeCursor(cloud.cloud.id, after) }));
}

function expectRising(progress: readonly number[]): void {
  expect(progress).toEqual([...progress].sort((one, other) => one - other));
  expect(progress.at(-1)).toBe(100);
}

test('under virtual time a launch stands still until time is moved on, and takes exactly the times of its table', async () => {
  cloud.clock.virtual();
  const begin = cloud.cloud.clock.now().getTime();
  const { jobId, serverIds } = await cloud.a.servers.launch(order);
  const job = await cloud.clock.advanceUntilOver(jobId);
  expect(job.status).toBe('SUCCESS');
  expect(cloud.cloud.clock.now().getTime() - begin).toBe(seconds * 1000);
  expect(job.endAt?.getTime()).toBe(begin + seconds * 1000);
  const server = await cloud.a.servers.get({ serverId: serverIds[0] ?? '' });
  expect(server).toMatchObject({ status: 'ACTIVE', createdAt: new Date(begin) });
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
});

test('virtual time that is moved on bit by bit shows every step, and progress never goes back', async () => {
  cloud.clock.virtual();
  const { jobId } = await cloud.a.servers.launch(order);
  await cloud.clock.advanceUntilOver(jobId);
  const updates = await updatesOf(jobId);
  const seen = new Set(updates.map(({ subJob }) => subJob?.step));
  for (const step of steps) expect(seen).toContain(step);
  expectRising(updates.map(({ progress }) => progress));
});

test('a paced clock shows every step too, in a part of the time', async () => {
  cloud.clock.paced(0.002);
  const { jobId } = await cloud.a.servers.launch(order);
  const updates = await updatesOf(jobId);
  const seen = new Set(updates.map(({ subJob }) => subJob?.step));
  for (const step of steps) expect(seen).toContain(step);
  expectRising(updates.map(({ progress }) => progress));
});

test('a job in the middle of a paced step goes on after a restart', async () => {
  await cloud.waitForJob((await cloud.a.servers.launch(order)).jobId);
  cloud.clock.virtual();
  const { jobId } = await cloud.a.servers.launch({ ...order, name: 'second' });
  const [subJob] = await cloud.a.jobs.listSubJobs({ jobIds: [jobId] });
  const events = cloud.cloud.tail.subscribe({
    audiences: 'everything',
    after: 0,
    matches: ({ resourceId, payload }) => resourceId === subJob?.id && payload.status === 'RUNNING',
  });
  await events.next();
  cloud.clock.advance(6);
  await cloud.restart();
  await cloud.waitForJob(jobId);
  expect(await cloud.a.servers.count({ filter: { status: 'ACTIVE' } })).toBe(2);
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
});

test('switching the clock while jobs wait lets them go on', async () => {
  cloud.clock.virtual();
  const { jobId } = await cloud.a.servers.launch(order);
  cloud.clock.instant();
  await cloud.waitForJob(jobId);
});

test('a stream that is cut at any place and resumed equals the whole, for every audience', async () => {
  const { jobId, serverIds } = await cloud.a.servers.launch(order);
  await cloud.waitForJob(jobId);
  const image = await cloud.a.images.create({ name: 'golden', serverId: serverIds[0] ?? '' });
  await cloud.waitForJob(image.jobId);
  await cloud.waitForJob((await cloud.a.images.share({ imageIds: [image.imageId], tenantIds: [cloud.b.id] })).jobId);
  const { head } = cloud.cloud.tail;

  for (const tenant of [cloud.a, cloud.b, cloud.admin]) {
    const read = async (after: number, count: number): Promise<CloudEvent[]> => {
      const stream = await tenant.events.watch({ after: encodeCursor(cloud.cloud.id, after) });
      const events: CloudEvent[] = [];
      while (events.length < count) events.push((await stream.next()).value ?? expect.unreachable('the stream ended'));
      await stream.return();
      return events;
    };
    const { rows: whole } = await tenant.events.list({ first: 100 });
    expect(whole.length).toBeGreaterThan(2);
    for (let cut = 0; cut <= whole.length; cut++) {
      const first = await read(0, cut);
      const rest = await read(first.at(-1)?.sequence ?? 0, whole.length - cut);
      expect([...first, ...rest].map(({ sequence }) => sequence)).toEqual(whole.map(({ sequence }) => sequence));
    }
  }
  expect(cloud.cloud.tail.head).toBe(head);
});

test('watching a job that is cut at any place and resumed equals the whole, also while it runs', async () => {
  cloud.clock.virtual();
  const { jobId } = await cloud.a.servers.launch(order);
  const live = updatesOf(jobId);
  await cloud.clock.advanceUntilOver(jobId);
  const whole = await live;
  expect(whole.at(-1)?.job.status).toBe('SUCCESS');
  for (const [cut, { sequence }] of whole.entries()) {
    const rest = await updatesOf(jobId, sequence);
    expect(rest.map(update => update.sequence)).toEqual(whole.slice(cut + 1).map(update => update.sequence));
  }
});
