/**
 * What holds of every cloud in which nothing is going on: database, disk store and hardware agree, and nothing is half-made. Each check
 * answers with what is wrong, in words, so that a test that fails says what was lost.
 */
import { isDeepStrictEqual } from 'node:util';
import { backupDisk } from '../../emulator/backups/backup-disk.ts';
import type { Cloud } from '../../emulator/cloud.ts';
import { localDisk, serverDisk, snapshotDisk } from '../../emulator/disks/server-disk.ts';
import { imageDisk } from '../../emulator/images/image-disk.ts';
import { isOver, objectOf } from '../../emulator/jobs/job.ts';
import { usableAddresses } from '../../emulator/networks/addresses.ts';
import { idsKnownTo } from '../../emulator/reconciling/compare.ts';
import { findBareMetalFlavor, findFlavor } from '../../emulator/servers/flavors.ts';
import type { Image, ImageMember } from '../../emulator/store/generated/client.ts';
import { backupsAgree } from './backup-invariants.ts';

type Check = (cloud: Cloud) => Promise<string[]>;

const GIB = 2 ** 30;

const checks: Readonly<Record<string, Check>> = {
  'nothing is going on': nothingGoesOn,
  'the database is whole': databaseIsWhole,
  'disks and rows agree': disksAgree,
  'images hold what they say': imagesAreWhole,
  'vaults and backups hold what they say': backupsAgree,
  'snapshots hold what they say': snapshotsAreWhole,
  'quotas are what is counted': quotasAgree,
  'who sees which image': accessAgrees,
  'servers and hardware agree': serversAgree,
  'ports belong to servers': portsAgree,
  'elastic IPs are at ports of their tenants': publicAddressesAgree,
  'the event log has no gap': eventsAreGapless,
  'events end as things are': eventsAgree,
  // The last, since it would remove what it finds.
  'nothing is there that no row speaks of': nothingToSweep,
};

/** What is wrong with a cloud that is at rest; nothing, if all is well. */
export async function brokenInvariants(cloud: Cloud): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    for (const problem of await check(cloud)) problems.push(`${name}: ${problem}`);
  }
  return problems;
}

async function nothingGoesOn({ database: { read } }: Cloud): Promise<string[]> {
  const jobs = await read.job.findMany({
    where: { OR: [{ status: { in: ['INIT', 'RUNNING'] } }, { leaseOwner: { not: null } }, { leaseUntil: { not: null } }] },
  });
  const locks = await read.resourceLock.findMany();
  const faults = await read.faultRule.count();
  return [
    ...jobs.map(({ type, status, step, leaseOwner }) => `job ${type} is ${status} at step ${step}, lease ${leaseOwner}`),
    ...locks.map(({ resource, jobId }) => `${resource} is held by job ${jobId}`),
    ...(faults > 0 ? [`${faults} fault rules are left`] : []),
  ];
}

async function databaseIsWhole({ database: { read } }: Cloud): Promise<string[]> {
  const integrity = await read.$queryRawUnsafe<{ integrity_check: string }[]>('PRAGMA integrity_check');
  const foreignKeys = await read.$queryRawUnsafe<object[]>('PRAGMA foreign_key_check');
  return [
    ...integrity.map(row => row.integrity_check).filter(verdict => verdict !== 'ok'),
    ...foreignKeys.map(row => `a row that refers to nothing: ${JSON.stringify(row)}`),
  ];
}

/** Every disk of the store belongs to a row, every row that should have a disk has one, and of its size. */
async function disksAgree({ database: { read }, hardware }: Cloud): Promise<string[]> {
  const disks = await read.disk.findMany({ include: { attachments: true } });
  const snapshots = await read.diskSnapshot.findMany();
  // The bytes of a full-ECS image are those of its backup.
  const images = await read.image.findMany({ where: { content: { not: 'NOT_YET' }, kind: { not: 'FULL_ECS' } } });
  const backups = await read.backup.findMany({ where: { resourceType: 'DISK' } });
  const machines = await read.server.findMany({ where: { kind: 'BARE_METAL' } });
  const wanted = new Map([
    ...disks.map(({ id, size }) => [serverDisk(id), size * GIB] as const),
    ...machines.flatMap(({ id, flavorId }) => {
      const size = findBareMetalFlavor(flavorId)?.machine.localDisk;
      return size ? [[localDisk(id), size * GIB] as const] : [];
    }),
    ...snapshots.map(({ id, size }) => [snapshotDisk(id), size * GIB] as const),
    ...images.map(({ id, virtualSize }) => [imageDisk(id), Number(virtualSize)] as const),
    ...backups.map(({ id, resourceSize }) => [backupDisk(id), resourceSize * GIB] as const),
  ]);
  const present = await hardware.disks.list();
  const problems = present.filter(id => !wanted.has(id)).map(id => `${id} is in the store and belongs to nothing`);
  for (const [id, size] of wanted) {
    const found = await hardware.disks.stat(id);
    if (found?.size !== size) problems.push(`${id} should have ${size} bytes and has ${found?.size}`);
  }
  for (const { id, attachments, status } of disks) {
    const isAtRest = status === (attachments.length === 0 ? 'AVAILABLE' : 'IN_USE') || status.startsWith('ERROR');
    if (!isAtRest) problems.push(`disk ${id} is ${status} with ${attachments.length} attachments`);
  }
  return problems;
}

async function imagesAreWhole({ database: { read }, hardware }: Cloud): Promise<string[]> {
  const images = await read.image.findMany({ include: { members: true, backup: { include: { children: true } } } });
  const problems: string[] = [];
  for (const { id, name, kind, status, content, checksum, activeAt, memberCount, members, backup } of images) {
    if (status !== 'ACTIVE' || activeAt === null) problems.push(`${name} is ${status} with nobody at work on it`);
    if (memberCount !== members.length) problems.push(`${name} says ${memberCount} members and has ${members.length}`);
    if (content === 'NOT_YET') continue;
    if (kind === 'FULL_ECS') {
      const system = backup?.children.find(({ systemDisk }) => systemDisk);
      if (!system) problems.push(`${name} stands on no backup of a system disk`);
      else if (system.checksum !== checksum) problems.push(`${name} has the checksum ${checksum}, its backup ${system.checksum}`);
      continue;
    }
    const sum = await hardware.disks.checksum(imageDisk(id)).catch((error: unknown) => String(error));
    if (sum !== checksum) problems.push(`${name} should have the checksum ${checksum} and has ${sum}`);
  }
  return problems;
}

async function snapshotsAreWhole({ database: { read }, hardware }: Cloud): Promise<string[]> {
  const problems: string[] = [];
  for (const { id, name, status, checksum } of await read.diskSnapshot.findMany()) {
    if (status !== 'AVAILABLE') problems.push(`${name} is ${status} with nobody at work on it`);
    const sum = await hardware.disks.checksum(snapshotDisk(id)).catch((error: unknown) => String(error));
    if (sum !== checksum) problems.push(`${name} should have the checksum ${checksum} and has ${sum}`);
  }
  return problems;
}

/** The counts that are kept are those that one gets by counting. */
async function quotasAgree({ database: { read } }: Cloud): Promise<string[]> {
  const [quotas, images, servers, keyPairs, disks, snapshots] = await Promise.all([
    read.quota.findMany(),
    read.image.findMany({ where: { visibility: 'PRIVATE' } }),
    read.server.findMany(),
    read.keyPair.findMany(),
    read.disk.findMany(),
    read.diskSnapshot.findMany(),
  ]);
  const [vaults, backups] = await Promise.all([read.vault.findMany(), read.backup.findMany({ where: { parentId: null } })]);
  const counted = new Map<string, number>();
  const count = (tenantId: string, resource: string, amount = 1): void => {
    const key = `${resource} of ${tenantId}`;
    counted.set(key, (counted.get(key) ?? 0) + amount);
  };
  for (const { tenantId } of await read.backupPolicy.findMany()) count(tenantId, 'backupPolicies');
  for (const [resource, rows] of Object.entries(await countedNetworks(read)))
    for (const { tenantId } of rows) count(tenantId, resource);
  for (const { ownerId } of images) count(ownerId, 'images');
  for (const { tenantId, size } of vaults) {
    count(tenantId, 'vaults');
    count(tenantId, 'vaultGigabytes', size);
  }
  for (const { tenantId } of backups) count(tenantId, 'backups');
  for (const { tenantId } of keyPairs) count(tenantId, 'keyPairs');
  for (const { tenantId, size } of snapshots) {
    count(tenantId, 'snapshots');
    count(tenantId, 'diskGigabytes', size);
  }
  for (const { tenantId, size } of disks) {
    count(tenantId, 'disks');
    count(tenantId, 'diskGigabytes', size);
  }
  for (const { tenantId, flavorId } of servers) {
    count(tenantId, 'servers');
    count(tenantId, 'cores', findFlavor(flavorId)?.vcpus);
    count(tenantId, 'ram', findFlavor(flavorId)?.ramMiB);
  }
  const kept = new Map(quotas.map(({ tenantId, resource, used }) => [`${resource} of ${tenantId}`, used]));
  return [...new Set([...counted.keys(), ...kept.keys()])]
    .filter(key => (kept.get(key) ?? 0) !== (counted.get(key) ?? 0))
    .map(key => `${key}: ${kept.get(key) ?? 0} are kept, ${counted.get(key) ?? 0} are there`);
}

/** What counts one for each row. */
async function countedNetworks(
  read: Cloud['database']['read'],
): Promise<Readonly<Record<string, readonly { tenantId: string }[]>>> {
  return {
    vpcs: await read.vpc.findMany(),
    subnets: await read.subnet.findMany(),
    ports: await read.port.findMany(),
    securityGroups: await read.securityGroup.findMany(),
    securityGroupRules: await read.securityGroupRule.findMany(),
    publicAddresses: await read.publicAddress.findMany(),
  };
}

/** The table that look-ups and lists of images go by says what images and members say. */
async function accessAgrees({ database: { read } }: Cloud): Promise<string[]> {
  const images = await read.image.findMany({ include: { members: true } });
  const expected = new Map(images.flatMap(accessOf).map(row => [keyOf(row), row]));
  const actual = new Map((await read.imageAccess.findMany()).map(row => [keyOf(row), row]));
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .filter(key => !isDeepStrictEqual(expected.get(key), actual.get(key)))
    .map(key => `${key}: ${JSON.stringify(actual.get(key))} should be ${JSON.stringify(expected.get(key))}`);
}

const keyOf = ({ audience, imageId }: { audience: string; imageId: string }): string => `${imageId} for ${audience}`;

function accessOf({ members, ...image }: Image & { members: ImageMember[] }) {
  const { id: imageId, name, createdAt, updatedAt } = image;
  const sortKeys = { name, createdAt, updatedAt };
  const own =
    image.visibility === 'PUBLIC'
      ? { audience: '*', relation: 'PUBLIC' as const }
      : { audience: image.ownerId, relation: 'OWN' as const };
  return [
    { ...own, imageId, listed: true, memberStatus: null, ...sortKeys },
    ...members.map(({ tenantId: audience, status: memberStatus }) => {
      return { audience, imageId, relation: 'MEMBER' as const, listed: memberStatus === 'ACCEPTED', memberStatus, ...sortKeys };
    }),
  ];
}

const POWER: Readonly<Record<string, string>> = { ACTIVE: 'RUNNING', SHUTOFF: 'STOPPED', ERROR: 'STOPPED' };

async function serversAgree({ database: { read }, hardware }: Cloud): Promise<string[]> {
  const servers = await read.server.findMany({ include: { attachments: true } });
  const observed = new Map((await hardware.servers()).map(({ id, state }) => [id, state]));
  const known = new Set(servers.map(({ id }) => id));
  const problems = [...observed.keys()].filter(id => !known.has(id)).map(id => `${id} is on the hardware and has no row`);
  for (const {
    id,
    kind,
    flavorId,
    name,
    status,
    powerState,
    provisionState,
    taskState,
    seeded,
    passwordHash,
    attachments,
  } of servers) {
    if (POWER[status] !== observed.get(id)) problems.push(`${name} is ${status}, and ${observed.get(id)} on the hardware`);
    if (taskState !== null) problems.push(`${name} shows the task ${taskState} and nobody is at work on it`);
    if (!seeded || passwordHash !== null) problems.push(`${name} was launched and keeps its password`);
    const volumes = attachments.filter(({ bootIndex }) => bootIndex === 0).length;
    if (volumes !== (findBareMetalFlavor(flavorId)?.machine.localDisk ? 0 : 1))
      problems.push(`${name} has ${volumes} system disks`);
    const machine = kind === 'BARE_METAL' ? [status === 'ACTIVE' ? 'ON' : 'OFF', 'active'] : [null, null];
    if (powerState !== machine[0] || provisionState !== machine[1])
      problems.push(`${name} is ${status}, and its machine is ${powerState} and ${provisionState}`);
  }
  return problems;
}

async function portsAgree({ database: { read } }: Cloud): Promise<string[]> {
  const ports = await read.port.findMany({ include: { subnet: true, server: true, securityGroups: true } });
  const servers = await read.server.findMany({ include: { ports: true } });
  const bare = await read.server.findMany({ where: { ports: { none: {} } } });
  return [
    ...bare.map(({ name }) => `${name} has no port`),
    ...ports
      .filter(({ server, userMade }) => server === null && !userMade)
      .map(({ address }) => `the port of ${address} belongs to no server`),
    ...ports
      .filter(({ server, primary }) => server === null && primary)
      .map(({ address }) => `the port of ${address} is the first of no server`),
    ...ports
      .filter(({ securityGroups }) => securityGroups.length === 0)
      .map(({ address }) => `${address} is in no security group`),
    ...servers
      .filter(server => server.ports.filter(({ primary }) => primary).length !== 1)
      .map(({ name }) => `${name} has not one primary port`),
    ...ports
      .filter(({ subnet, address }) => !usableAddresses(subnet).includes(address))
      .map(({ address, subnet }) => `${address} is not an address of ${subnet.cidr}`),
    ...ports
      .filter(({ server, tenantId }) => server !== null && server.tenantId !== tenantId)
      .map(({ address }) => `the port of ${address} is another tenant's`),
  ];
}

async function publicAddressesAgree({ database: { read } }: Cloud): Promise<string[]> {
  const bound = await read.publicAddress.findMany({ where: { portId: { not: null } }, include: { port: true } });
  return bound
    .filter(({ tenantId, port }) => port?.tenantId !== tenantId)
    .map(({ address }) => `${address} is bound to a port of another tenant`);
}

async function eventsAreGapless({ database: { read }, events }: Cloud): Promise<string[]> {
  const rows = await read.event.findMany({ include: { audiences: true }, orderBy: { sequence: 'asc' } });
  const [floor, head] = await Promise.all([events.floor(), events.head()]);
  const problems = rows
    .filter(({ audiences }) => audiences.length === 0)
    .map(({ kind, sequence }) => `${kind} (${sequence}) is for nobody`);
  const gap = rows.findIndex(({ sequence }, index) => sequence !== floor + 1 + index);
  if (gap >= 0) problems.push(`number ${floor + 1 + gap} is missing`);
  if (rows.length !== head - floor) problems.push(`${rows.length} events from ${floor + 1} to ${head}`);
  return problems;
}

/** The last that was told of a job, a server or an image is how it is; a job's progress never went back and it ended once. */
async function eventsAgree({ database: { read }, events }: Cloud): Promise<string[]> {
  const problems: string[] = [];
  const told = await read.event.findMany({ orderBy: { sequence: 'asc' } });
  const of = (id: string) => told.filter(({ resourceId, kind }) => resourceId === id && !kind.startsWith('audit.'));
  const isComplete = (await events.floor()) === 0;

  for (const job of await read.job.findMany()) {
    const states = of(job.id).map(({ payload }) => objectOf(payload));
    const last = states.at(-1);
    if (last?.status !== job.status || last?.progress !== job.progress) {
      problems.push(`job ${job.type} is ${job.status} ${job.progress} %, and was told ${last?.status} ${last?.progress} %`);
    }
    if (isComplete && states.filter(isOver).length !== 1)
      problems.push(`job ${job.type} ended ${states.filter(isOver).length} times`);
    const progress = states.map(state => Number(state.progress));
    if (progress.some((value, index) => value < (progress[index - 1] ?? 0)))
      problems.push(`progress of ${job.type}: ${progress}`);
    if (job.status === 'SUCCESS' && job.progress !== 100) problems.push(`job ${job.type} succeeded at ${job.progress} %`);
  }
  const servers = await read.server.findMany();
  const images = await read.image.findMany({ where: { visibility: 'PRIVATE' } });
  const disks = await read.disk.findMany();
  const snapshots = await read.diskSnapshot.findMany();
  for (const { id, name, status } of [...servers, ...images, ...disks, ...snapshots]) {
    const last = objectOf(of(id).at(-1)?.payload ?? null);
    if (last.status !== status || last.name !== name)
      problems.push(`${name} is ${status}, and was told ${last.name} ${last.status}`);
  }
  const alive = new Set([...servers, ...images, ...disks, ...snapshots].map(({ id }) => id));
  for (const kind of ['server', 'image', 'disk', 'snapshot'] as const) {
    const created = told.filter(event => event.kind === `${kind}.created` && !alive.has(event.resourceId));
    for (const { resourceId } of created) {
      const last = of(resourceId).at(-1)?.kind;
      if (last !== `${kind}.deleted` && last !== `${kind}.killed`)
        problems.push(`${kind} ${resourceId} is gone, and was last told ${last}`);
    }
  }
  return problems;
}

async function nothingToSweep(cloud: Cloud): Promise<string[]> {
  await cloud.networkTidier.settled();
  return cloud.hardware.sweep(idsKnownTo(cloud));
}
