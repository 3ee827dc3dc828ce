/** A sample of what kill.test.ts does in full, on containers: one cloud that is killed again and again. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicImageId } from '../../emulator/images/public-image-id.ts';
import { openTestCloud, type TestCloud } from '../../src/testing/test-cloud.ts';
import { expectNothingLeft } from '../appliance-bench.ts';
import { brokenInvariants } from './invariants.ts';
import { casesOf, expectConverged, jobIdsOf, type KillCase } from './kill-case.ts';
import { untilAtRest } from './reopen.ts';
import { compileEmulator, dieDoing } from './run-child.ts';
import { makeWorld, quickLaunch, scenarios, type World } from './scenarios.ts';

const GIB = 2 ** 30;
const config = { disks: { quotaBytes: 8 * GIB } };
let folder: string;
let world: World;

const open = (): Promise<TestCloud> => openTestCloud({ folder, hardware: 'docker', config });

beforeAll(async () => {
  await compileEmulator();
  folder = await mkdtemp(join(tmpdir(), 'cloudyard-kill-'));
  const cloud = await open();
  world = await makeWorld(cloud, publicImageId('Standard_Ubuntu_22.04_latest'));
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
  await cloud.cloud.close({ keepRunning: true });
}, 600_000);

afterAll(async () => {
  const cloud = await open();
  await cloud.close();
  await expectNothingLeft(cloud.cloud.id, folder);
}, 120_000);

/** The last one takes the server away that the others work on. */
const sample: readonly (readonly [string, string])[] = [
  ['createSingleServer', 'after disks'],
  ['createSingleServer', 'after machine'],
  ['createSingleServer', 'after boot'],
  ['createSingleServer', 'before the revert of machine'],
  ['imsCreateImageByInstance', 'after snapshot'],
  ['imsCreateImageByInstance', 'before the revert of verify'],
  ['createBackup', 'after snapshot'],
  ['imsCreateWholeImageByInstanceJob', 'after snapshot'],
  ['rollbackSnapshot', 'after copy'],
  ['attachVolume', 'after attach'],
  ['extendVolume', 'after grow'],
  ['restoreBackup', 'after write'],
  ['detachVolume', 'after detach'],
  ['changeOs', 'after disk'],
  ['attachNic', 'after attach'],
  ['baremetalSingleOperate', 'after power'],
  ['imsDeleteImageJob', 'after release'],
  ['rebootSingleServer', 'after reboot'],
  ['restoreServers', 'after power'],
  ['deleteSingleServer', 'after machine'],
];

const cases = sample.map(([type, place]): KillCase => {
  const scenario = type === 'createSingleServer' ? quickLaunch : scenarios[type];
  const found = scenario && casesOf(type, scenario).find(({ title }) => title === `${type}: ${place}`);
  if (!found) throw new Error(`there is no place ${type}: ${place}`);
  return found;
});

test.each(cases.map(one => [one.title, one] as const))('%s', { timeout: 120_000 }, async (_, one) => {
  const knownJobs = await killed(one);
  const cloud = await open();
  try {
    await expectConverged(cloud.cloud, world, knownJobs, one);
    await tidyUp(cloud);
  } finally {
    await cloud.cloud.close({ keepRunning: true });
  }
});

/** Lets the case happen. Returns the jobs that there were before. */
async function killed({ plan, scenario }: KillCase): Promise<ReadonlySet<string>> {
  const before = await open();
  const knownJobs = await jobIdsOf(before.cloud);
  await before.cloud.close({ keepRunning: true });
  await dieDoing({ ...plan, folder, config, hardware: 'docker', order: scenario.order(world) });
  return knownJobs;
}

/** What a case has made goes, so that the next one finds the same world. */
async function tidyUp(cloud: TestCloud): Promise<void> {
  const { rows: servers } = await cloud.a.servers.list({ filter: { name: 'new' } });
  const { rows: images } = await cloud.a.images.list({ filter: { name: 'golden' } });
  for (const { id } of servers) await cloud.waitForJob((await cloud.a.servers.delete({ serverIds: [id] })).jobId);
  for (const { id } of images) await cloud.waitForJob((await cloud.a.images.delete({ imageId: id })).jobId);
  await untilAtRest(cloud.cloud);
}
