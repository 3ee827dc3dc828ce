import { expect } from 'vitest';
import type { Cloud } from '../../emulator/cloud.ts';
import { serverDisk } from '../../emulator/disks/server-disk.ts';
import type { FaultRuleInput } from '../../emulator/faults/fault-rule.ts';
import { allJobTypes } from '../../emulator/job-types.ts';
import type { JobRecord } from '../../emulator/jobs/job.ts';
import type { ChildPlan } from './child-plan.ts';
import { brokenInvariants } from './invariants.ts';
import { untilAtRest } from './reopen.ts';
import { DATA, DATA_FILE, type Scenario, type World } from './scenarios.ts';

/** A place at which a job is killed, and how it is to end after the next start. */
export interface KillCase {
  readonly title: string;
  readonly type: string;
  readonly scenario: Scenario;
  readonly plan: Pick<ChildPlan, 'rules' | 'dieAfter'>;
  readonly ends: 'SUCCESS' | 'FAIL';
}

/** Every step of a job type, before and after its effect, and before it is reverted because the last one failed. */
export function casesOf(type: string, scenario: Scenario): KillCase[] {
  const steps = (allJobTypes.find(({ name }) => name === type)?.steps ?? []).map(({ name }) => name);
  const fail = rule(type, steps.at(-1) ?? '', 'after', { kind: 'fail', code: 'Cloudyard.0007' });
  const forward = steps.flatMap(step =>
    (['before', 'after'] as const).map(moment => ({
      title: `${type}: ${moment} ${step}`,
      plan: { rules: [rule(type, step, moment, { kind: 'crash' })] },
      ends: 'SUCCESS' as const,
    })),
  );
  const backward = steps.map(step => ({
    title: `${type}: before the revert of ${step}`,
    plan: { rules: [fail, rule(type, `revert ${step}`, 'before', { kind: 'crash' })] },
    ends: 'FAIL' as const,
  }));
  return [...forward, ...backward].map(one => ({ ...one, type, scenario }));
}

function rule(jobType: string, step: string, moment: 'before' | 'after', effect: FaultRuleInput['effect']): FaultRuleInput {
  return { match: { jobType, step }, moment, effect, count: 1 };
}

/** Jobs that are there. */
export async function jobIdsOf({ database }: Cloud): Promise<ReadonlySet<string>> {
  return new Set((await database.read.job.findMany({ select: { id: true } })).map(({ id }) => id));
}

/** The cloud, opened again after the crash, comes to the end that the case names, and nothing is lost or half-made. */
export async function expectConverged(cloud: Cloud, world: World, knownJobs: ReadonlySet<string>, one: KillCase): Promise<void> {
  const { type, scenario, ends } = one;
  await untilAtRest(cloud);
  const { parent, follows, precededBy } = scenario;
  expect(await newJobs(cloud, knownJobs, one)).toEqual({
    [type]: ends,
    ...(parent && { [parent]: ends }),
    ...(precededBy && { [precededBy]: 'SUCCESS' }),
    ...(follows && ends === 'SUCCESS' && { [follows]: 'SUCCESS' }),
  });
  expect(await scenario.outcome(cloud, world)).toBe(ends === 'SUCCESS' ? scenario.done : scenario.undone);
  expect(await brokenInvariants(cloud)).toEqual([]);
  await expectData(cloud, world);
}

/** How new jobs ended, and why if not as they should. Servers that a crash left off are restored by a job of their own. */
async function newJobs(
  { database }: Cloud,
  known: ReadonlySet<string>,
  { type, ends }: KillCase,
): Promise<Record<string, string>> {
  const jobs = await database.read.job.findMany({ orderBy: { createdAt: 'desc' } });
  const made = jobs.filter(job => !known.has(job.id) && (job.type === type || !OF_THE_CLOUD.has(job.type)));
  const ended = ({ status, errorCode, failReason }: JobRecord): string =>
    status === ends || status === 'SUCCESS' ? status : `${status} ${errorCode} ${failReason}`;
  return Object.fromEntries(made.map(job => [job.type, ended(job)]));
}

const OF_THE_CLOUD: ReadonlySet<string> = new Set(['restoreServers', 'prepareHardware']);

/** The bytes of servers that are still there. */
async function expectData({ database, hardware }: Cloud, world: World): Promise<void> {
  await expectDataOnDisk({ database, hardware }, world);
  const servers = await database.read.server.findMany({
    where: { id: { in: [world.on, world.off] } },
    include: { attachments: true },
  });
  for (const { id, status, attachments } of servers) {
    for (const { diskId } of attachments.filter(({ bootIndex }) => bootIndex === 0)) {
      const target = { disk: serverDisk(diskId), ...(status === 'ACTIVE' && { server: id }) };
      expect((await hardware.readFile(target, DATA_FILE)).toString()).toBe(DATA);
    }
  }
}

/** And of the data disk, in its server or not. */
async function expectDataOnDisk({ database, hardware }: Pick<Cloud, 'database' | 'hardware'>, { data }: World): Promise<void> {
  const disk = await database.read.disk.findUnique({
    where: { id: data },
    include: { attachments: { include: { server: true } } },
  });
  if (!disk) return;
  const running = disk.attachments.find(({ server }) => server.status === 'ACTIVE');
  const target = { disk: serverDisk(data), ...(running && { server: running.serverId }) };
  expect((await hardware.readFile(target, DATA_FILE)).toString()).toBe(DATA);
}
