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
    'a port in no group',
    rows(tx => tx.portSecurityGroup.deleteMany({ where: { portId: world.furtherPort } })),
    /10\.0\.1\.\d+ is in no security group/,
  ],
  ['two first ports', rows(tx => furtherPort(tx, { primary: true })), /spare has not one primary port/],
  ['an address of elsewhere', rows(tx => furtherPort(tx, { address: '10.9.9.9' })), /10\.9\.9\.9 is not an address of/],
  ["a port of another tenant's", rows(tx => furtherPort(tx, { tenantId: world.tenantB })), /10\.9\.9\.9 is another tenant's/],
  ["an elastic IP at another tenant's port", rows(strayAddress), /127\.20\.0\.9 is bound to a port of another tenant/],
  [
    'a count of networks that is off',
    rows(tx => tx.quota.updateMany({ where: { resource: 'vpcs' }, data: { used: 9 } })),
    /vpcs of .*9 are kept, 2/,
  ],
  [
    'a machine that is on, and said to be off',
    rows(tx => tx.server.update({ where: { id: world.metal }, data: { powerState: 'OFF' } })),
    /metal is ACTIVE, and its machine is OFF/,
  ],
  [
    'a machine that is being provisioned by nobody',
    rows(tx => tx.server.update({ where: { id: world.metal }, data: { powerState: 'ON', provisionState: 'deploying' } })),
    /metal is ACTIVE, and its machine is ON and deploying/,
  ],
  [
    'a server without a system disk',
    rows(tx => tx.diskAttachment.deleteMany({ where: { serverId: world.spare } })),
    /spare has 0 system disks/,
  ],
  ['a disk that is in use by nobody', rows(async () => undefined), /is IN_USE with 0 attachments/],
  [
    'a snapshot that is not what it was',
    rows(tx => tx.diskSnapshot.updateMany({ data: { checksum: 'snapshot' } })),
    /should have the checksum snapshot and has/,
  ],
  [
    'a backup that is not what it was',
    rows(tx => tx.backup.updateMany({ where: { checksum: { not: null } }, data: { checksum: 'backup' } })),
    /should have the checksum backup and has/,
  ],
  [
    'a vault that counts what it does not hold',
    rows(tx => tx.vault.updateMany({ data: { usedBytes: 1n } })),
    /vault .* says 1 bytes, its backups store/,
  ],
  [
    'a checkpoint that failed, and has backups',
    rows(tx => tx.checkpoint.updateMany({ data: { status: 'ERROR' } })),
    /checkpoint .* with \d+ backups is ERROR/,
  ],
  [
    'a task that nobody works on',
    rows(tx => tx.server.updateMany({ data: { taskState: 'spawning' } })),
    /shows the task spawning/,
  ],
];

const furtherPort = (tx: Rows, data: { primary?: boolean; address?: string; tenantId?: string }) =>
  tx.port.update({ where: { id: world.furtherPort }, data });

async function strayAddress(tx: Rows): Promise<void> {
  const { tenantId } = await tx.server.findUniqueOrThrow({ where: { id: world.spare } });
  const bound = { tenantId, address: '127.20.0.9', portId: world.furtherPort };
  await tx.publicAddress.create({
    data: { id: world.spare, ...bound, bandwidthName: 'stray', bandwidthSize: 5, createdAt: new Date() },
  });
}

async function lockOfLastJob(tx: Rows): Promise<void> {
  const { id: jobId } = await tx.job.findFirstOrThrow();
  await tx.resourceLock.create({ data: { resource: 'server:x', jobId } });
}

test.each(damages)('%s', async (_, damage, problem) => {
  await damage(cloud.cloud);
  expect(await brokenInvariants(cloud.cloud).then(problems => problems.join('\n'))).toMatch(problem);
});
