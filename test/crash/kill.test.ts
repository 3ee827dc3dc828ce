/**
 * Kills the process at every step of every job type, before and after the step's effect, and when the step is being reverted; and checks
 * each time that the next start brings everything to its end and that nothing is lost or half-made.
 */
import { constants } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allJobTypes } from '../../emulator/job-types.ts';
import { openTestCloud } from '../../src/testing/test-cloud.ts';
import { brokenInvariants } from './invariants.ts';
import { casesOf, expectConverged, jobIdsOf, type KillCase } from './kill-case.ts';
import { compileEmulator, dieDoing } from './run-child.ts';
import { makeWorld, quickLaunch, scenarios, type World } from './scenarios.ts';

let home: string;
let world: World;
let knownJobs: ReadonlySet<string>;

beforeAll(async () => {
  await compileEmulator();
  home = await mkdtemp(join(tmpdir(), 'cloudyard-kill-'));
  const cloud = await openTestCloud({ folder: join(home, 'world') });
  world = await makeWorld(cloud);
  knownJobs = await jobIdsOf(cloud.cloud);
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
  await cloud.cloud.close({ keepRunning: true });
});

afterAll(() => rm(home, { recursive: true }));

/** Quick steps are recorded together when no fault rule is about: then a crash finds effects that nothing is written of. */
const unrecorded = (
  [
    ['createSingleServer', 'snapshot'],
    ['createSingleServer', 'growDisk'],
    ['createSingleServer', 'createServer'],
    ['createSingleServer', 'startServer'],
    ['imsCreateImageByInstance', 'snapshot'],
    ['startSingleServer', 'startServer'],
    ['stopSingleServer', 'stopServer'],
    ['rebootSingleServer', 'rebootServer'],
    ['deleteSingleServer', 'destroyServer'],
    ['createBackup', 'snapshot'],
    ['restoreBackup', 'stopServer'],
    ['restoreBackup', 'snapshot'],
    ['createVolume', 'snapshot'],
    ['createVolume', 'attachDisk'],
    ['attachVolume', 'attachDisk'],
    ['detachVolume', 'detachDisk'],
    ['baremetalAttachVolume', 'attachDisk'],
    ['baremetalDetachVolume', 'detachDisk'],
    ['extendVolume', 'growDisk'],
    ['createSnapshot', 'snapshot'],
    ['rollbackSnapshot', 'snapshot'],
  ] as const
).flatMap(([type, dieAfter]): KillCase[] => {
  const scenario = type === 'createSingleServer' ? quickLaunch : scenarios[type];
  return scenario ? [{ title: `${type}: in ${dieAfter}()`, type, scenario, plan: { dieAfter }, ends: 'SUCCESS' }] : [];
});

describe.concurrent('killed on embedded', { timeout: 120_000 }, () => {
  const cases = [...Object.entries(scenarios).flatMap(([type, scenario]) => casesOf(type, scenario)), ...unrecorded];

  test.each(cases.map(one => [one.title, one] as const))('%s', async (title, one) => {
    const folder = join(home, title.replace(/\W+/g, '-'));
    await cp(join(home, 'world'), folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
    await dieDoing({ ...one.plan, folder, hardware: 'embedded', order: one.scenario.order(world) });

    const { cloud } = await openTestCloud({ folder });
    try {
      await expectConverged(cloud, world, knownJobs, one);
    } finally {
      await cloud.close();
      await rm(folder, { recursive: true });
    }
  });
});

test('every job type that has steps has a scenario, or the steps of one that has', () => {
  const killed = allJobTypes.filter(({ name }) => name in scenarios);
  expect(killed.map(({ name }) => name).sort(), 'no scenario is of a type that is gone').toEqual(Object.keys(scenarios).sort());
  const stepsOfKilled = new Set(killed.map(({ steps }) => steps));
  const missing = allJobTypes.filter(({ steps }) => steps.length > 0 && !stepsOfKilled.has(steps));
  expect(missing.map(({ name }) => name)).toEqual([]);
});
