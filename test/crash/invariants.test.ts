/** The checker sees what it is for: each of these damages is one that a crash could leave. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cloud } from '../../emulator/cloud.ts';
import { openTestCloud, type TestCloud } from '../../src/testing/test-cloud.ts';
import { brokenInvariants } from './invariants.ts';
import { makeWorld, type World } from './scenarios.ts';

let cloud: TestCloud;
let world: World;

beforeAll(async () => {
  cloud = await openTestCloud();
  world = await makeWorld(cloud);
  expect(await brokenInvariants(cloud.cloud)).toEqual([]);
});
afterAll(() => cloud.close());

type Damage = (cloud: Cloud) => Promise<unknown>;
type Rows = Parameters<Parameters<Cloud['database']['write']>[0]>[0];
const rows =
  (change: (tx: Rows) => Promise<unknown>): Damage =>
  ({ database }) =>
    database.write(change);

/** One after the other in the same cloud: each leaves its damage, and the next adds to it. */
const damages: readonly (readonly [name: string, damage: Damage, problem: RegExp])[] = [
  [
    'a disk of nobody',
    ({ hardware }) => hardware.disks.create('disk-stray', 4096),
    /disk-stray is in the store and belongs to nothing/,
  ],
  ['a server of nobody', ({ hardware }) => hardware.destroyServer(world.on), /web-0001 is ACTIVE, and undefined on the hardware/],
  [
    'an image without bytes',
    ({ hardware }) => hardware.disks.remove(`image-${world.shared}`),
    /should have \d+ bytes and has undefined/,
  ],
  [
    'a count that is off',
    rows(tx => tx.quota.updateMany({ where: { resource: 'images' }, data: { used: 7 } })),
    /images of a.*7 are kept, 2/,
  ],
  [
    'a look-up that is gone',
    rows(tx => tx.imageAccess.deleteMany({ where: { audience: world.tenantB } })),
    /undefined should be/,
  ],
  ['a lock that was not released', rows(lockOfLastJob), /server:x is held by job/],
  [
    'a job that nobody carries on',
    rows(tx => tx.job.updateMany({ where: { type: 'createServer' }, data: { status: 'RUNNING' } })),
    /job createServer is RUNNING/,
  ],
  ['an event that is lost', rows(tx => tx.event.deleteMany({ where: { sequence: 20 } })), /number 20 is missing/],
  [
    'a port of nobody',
    rows(tx => tx.port.updateMany({ where: { serverId: world.off }, data: { serverId: null } })),
    /belongs to no server/,
  ],
  [
    'a task that nobody works on',
    rows(tx => tx.server.updateMany({ data: { taskState: 'spawning' } })),
    /shows the task spawning/,
  ],
];

async function lockOfLastJob(tx: Rows): Promise<void> {
  const { id: jobId } = await tx.job.findFirstOrThrow();
  await tx.resourceLock.create({ data: { resource: 'server:x', jobId } });
}

test.each(damages)('%s', async (_, damage, problem) => {
  await damage(cloud.cloud);
  expect(await brokenInvariants(cloud.cloud).then(problems => problems.join('\n'))).toMatch(problem);
});
