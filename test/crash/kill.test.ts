/**
 * Kills the process at every step of every job type, before and after the step's effect, and when the step is being reverted; and checks
 * each time that the next start brings everything to its end and that nothing is lost or half-made.
 */
import { constants } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cloud } from '../../emulator/cloud.ts';
import type { FaultRuleInput } from '../../emulator/faults/fault-rule.ts';
import { allJobTypes } from '../../emulator/job-types.ts';
import { openTestCloud, type TestCloud } from '../../src/testing/test-cloud.ts';
import type { ChildPlan } from './child-plan.ts';
import { brokenInvariants } from './invariants.ts';
import { untilAtRest } from './reopen.ts';
import { compileEmulator, dieDoing } from './run-child.ts';
import { DATA, DATA_FILE, makeWorld, quickLaunch, type Scenario, scenarios, type World } from './scenarios.ts';

let home: string;
let world: World;
let known: Set<string>;

beforeAll(async () => {
  await compileEmulator();
  home = await mkdtemp(join(tmpdir(), 'cloudyard-kill-'));
  const cloud = await openTestCloud({ folder: join(home, 'world') });
  world = await makeWorld(cloud);
  known = new Set((await cloud.cloud.database.read.job.findMany()).map(({ id }) => id));
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
  await cloud.cloud.close({ keepRunning: true });
});

afterAll(() => rm(home, { recursive: true }));

const crash = (jobType: string, step: string, moment: 'before' | 'after'): FaultRuleInput => ({
  match: { jobType, step },
  moment,
  effect: { kind: 'crash' },
  count: 1,
});

interface Case {
  readonly title: string;
  readonly type: string;
  readonly scenario: Scenario;
  readonly plan: Pick<ChildPlan, 'rules' | 'dieAfter'>;
  readonly ends: 'SUCCESS' | 'FAIL';
}

const FAULT = 'Cloudyard.0007';

function casesOf(type: string, scenario: Scenario): Case[] {
  const steps = (allJobTypes.find(({ name }) => name === type)?.steps ?? []).map(({ name }) => name);
  const last = steps.at(-1) ?? '';
  const fail = {
    match: { jobType: type, step: last },
    moment: 'after',
    effect: { kind: 'fail', code: FAULT },
    count: 1,
  } as const;
  const forward = steps.flatMap(step =>
    (['before', 'after'] as const).map(moment => ({
      title: `${type}: ${moment} ${step}`,
      plan: { rules: [crash(type, step, moment)] },
      ends: 'SUCCESS' as const,
    })),
  );
  const backward = steps.map(step => ({
    title: `${type}: before the revert of ${step}`,
    plan: { rules: [fail, crash(type, `revert ${step}`, 'before')] },
    ends: 'FAIL' as const,
  }));
  return [...forward, ...backward].map(one => ({ ...one, type, scenario }));
}

/** Quick steps are recorded together when no fault rule is about: then a crash finds effects that nothing is written of. */
const unrecorded: Case[] = (
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
  ] as const
).flatMap(([type, dieAfter]) => {
  const scenario = type === 'createSingleServer' ? quickLaunch : scenarios[type];
  return scenario ? [{ title: `${type}: in ${dieAfter}()`, type, scenario, plan: { dieAfter }, ends: 'SUCCESS' as const }] : [];
});

describe.concurrent('killed on embedded', { timeout: 120_000 }, () => {
  const cases = [...Object.entries(scenarios).flatMap(([type, scenario]) => casesOf(type, scenario)), ...unrecorded];

  test.each(cases.map(one => [one.title, one] as const))('%s', async (title, { type, scenario, plan, ends }) => {
    const folder = join(home, title.replace(/\W+/g, '-'));
    await cp(join(home, 'world'), folder, { recursive: true, mode: constants.COPYFILE_FICLONE });
    await dieDoing({ ...plan, folder, hardware: 'embedded', order: scenario.order(world) });

    const { cloud } = await openTestCloud({ folder });
    try {
      await untilAtRest(cloud);
      expect(await newJobs(cloud, type)).toEqual({ [type]: ends, ...(scenario.parent && { [scenario.parent]: ends }) });
      expect(await scenario.outcome(cloud, world)).toBe(ends === 'SUCCESS' ? scenario.done : scenario.undone);
      expect(await brokenInvariants(cloud)).toEqual([]);
      await expectData(cloud);
    } finally {
      await cloud.close();
      await rm(folder, { recursive: true });
    }
  });
});

test('every job type has a scenario', () => {
  const covered = Object.entries(scenarios).flatMap(([type, { parent }]) => (parent ? [type, parent] : [type]));
  expect(covered.sort()).toEqual(allJobTypes.map(({ name }) => name).sort());
});

/** How the jobs ended that the world did not have. Servers that a crash left off are restored by a job of their own. */
async function newJobs(cloud: Cloud, type: string): Promise<Record<string, string>> {
  const jobs = await cloud.database.read.job.findMany({ orderBy: { createdAt: 'desc' } });
  const made = jobs.filter(job => !known.has(job.id) && (job.type === type || job.type !== 'restoreServers'));
  return Object.fromEntries(made.map(job => [job.type, job.status]));
}

/** The bytes of servers that are still there. */
async function expectData({ database, hardware }: TestCloud['cloud']): Promise<void> {
  const servers = await database.read.server.findMany({ where: { id: { in: [world.on, world.off] } }, include: { disks: true } });
  for (const { disks } of servers) {
    for (const { id } of disks) expect((await hardware.readFile({ disk: `disk-${id}` }, DATA_FILE)).toString()).toBe(DATA);
  }
}
